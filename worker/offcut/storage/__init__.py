"""Model parts: kept on the device, fetched, verified, joined."""
