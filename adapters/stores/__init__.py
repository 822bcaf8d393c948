"""Sales channels, one package a kind; each implements `engine.ports.StoreConnector`."""
