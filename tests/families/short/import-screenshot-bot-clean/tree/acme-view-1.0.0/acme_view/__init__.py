from PIL import ImageGrab

def shot(path):
    """Save the screen to a file of the caller."""
    ImageGrab.grab().save(path, "PNG")
    return path
