"""Brightpearl: settings → transport → auth → client → selection and mapping → session. The sandbox is a server to try it on."""
