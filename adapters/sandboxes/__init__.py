"""Stand-ins for services that cannot be reached from a developer's machine; users may start them too."""
