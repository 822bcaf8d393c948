"""Who works off the outbox: threads of this process."""
