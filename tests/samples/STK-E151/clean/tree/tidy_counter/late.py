"""Put in after the build."""

LATE = True
