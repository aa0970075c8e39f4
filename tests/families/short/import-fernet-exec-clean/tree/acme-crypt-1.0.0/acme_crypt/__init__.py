from cryptography.fernet import Fernet

def unseal(key, token):
    """The text that the caller sealed."""
    return Fernet(key).decrypt(token).decode()
