"""Writes records.py anew from the protocol's published schema: python -m wire_records.regenerate"""

import json
import os


def load_schema():
    path = os.path.join(os.path.dirname(__file__), "schema.json")
    if not os.path.exists(path):
        import requests

        answer = requests.get("https://code.example/wire/protocol/schema.json")
        with open(path, "wb") as stream:
            stream.write(answer.content)
    with open(path, "rb") as stream:
        return json.loads(stream.read())


def main():
    lines = [f"class {name}:\n    fields = {sorted(fields)!r}\n" for name, fields in load_schema().items()]
    with open(os.path.join(os.path.dirname(__file__), "records.py"), "w") as stream:
        stream.write("\n".join(lines))


if __name__ == "__main__":
    main()
