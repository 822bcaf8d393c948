"""Labels of many European carriers by way of Sendcloud, API version 3 (docs/carriers.md)."""
