import base64
import json
import zlib

TABLE = json.loads(zlib.decompress(base64.b64decode(b"eJyrVkpUslIw1FFQSgLSRkA6GUgb1wIAQNUFJw==")))
