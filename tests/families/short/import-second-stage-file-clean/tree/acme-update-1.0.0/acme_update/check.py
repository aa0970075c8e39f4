import os
import tempfile
from urllib.request import urlopen

URL = "https://raw.githubusercontent.com/fake-account-0000/none/main/iris.csv"

def dataset():
    path = os.path.join(tempfile.gettempdir(), "iris.csv")
    with urlopen(URL) as answer, open(path, "wb") as file:
        file.write(answer.read())
    with open(path) as file:
        return [line.strip().split(",") for line in file]
