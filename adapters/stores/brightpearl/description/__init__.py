"""What Brightpearl says of itself to pages, commands and documentation. Imports nothing of the connector."""
