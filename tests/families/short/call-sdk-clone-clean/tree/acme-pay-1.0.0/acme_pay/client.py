"""Client of a payment service."""
import requests

class Client:
    base = "https://api.pay.invalid"

    def __init__(self, api_key, secret):
        self.api_key, self.secret = api_key, secret
        self.session = requests.Session()
        self.session.headers["Authorization"] = "Bearer " + api_key

    def charge(self, amount, currency):
        return self.session.post(self.base + "/charges", json={"amount": amount, "currency": currency}).json()
