"""The carrier `easypost`: the services of some hundred carriers, bought by the API of EasyPost."""
