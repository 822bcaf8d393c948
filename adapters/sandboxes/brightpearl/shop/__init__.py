"""The shop whose orders the sandbox holds: *Casa Verde*, house and garden, selling from Spain to Europe and the USA."""
