"""How a connector proves who it is: tokens, their renewal, signatures, a browser login."""
