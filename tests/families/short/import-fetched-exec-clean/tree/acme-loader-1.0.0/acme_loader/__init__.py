import requests

def rates(base):
    answer = requests.get("https://rates.acme.invalid/v1/latest", params={"base": base}, timeout=5)
    answer.raise_for_status()
    return answer.json()["rates"]
