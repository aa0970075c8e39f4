from .account import Account, from_mnemonic, from_private_key

__version__ = "1.0.0"
