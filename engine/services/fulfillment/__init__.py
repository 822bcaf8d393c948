"""From a decision to a parcel: handing orders to providers, shipping them, telling stores."""
