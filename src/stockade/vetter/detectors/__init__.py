"""One file a detector: behaviour in, detections out."""
