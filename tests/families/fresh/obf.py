"""Ways in which published malicious packages hid their code; each takes source and gives source."""
import base64, codecs, hashlib, marshal, random, struct, zlib, bz2, lzma, hmac, gzip

def rnd(seed): return random.Random(seed)
def b64(s): return base64.b64encode(s.encode() if isinstance(s,str) else s).decode()
def exec_b64(s): return f"import base64\nexec(base64.b64decode('{b64(s)}'))\n"
def exec_b64_inline(s): return f"__import__('builtins').exec(__import__('builtins').compile(__import__('base64').b64decode(\"{b64(s)}\"),'<string>','exec'))"
def exec_zlib(s): return f"import zlib, base64\nexec(zlib.decompress(base64.b64decode({base64.b64encode(zlib.compress(s.encode()))!r})).decode('utf-8'))\n"
def lambda_once(s):
    return "_ = lambda __ : __import__('zlib').decompress(__import__('base64').b64decode(__[::-1]));exec((_)(%r))" % base64.b64encode(zlib.compress(s.encode()))[::-1]
def lambda_chain(s, n=12):
    for _ in range(n): s = lambda_once(s)
    return s
def marshal_zlib(s):
    code = compile(s, "<string>", "exec")
    return f"import marshal,zlib,base64\nexec(marshal.loads(zlib.decompress(base64.b64decode({base64.b64encode(zlib.compress(marshal.dumps(code)))!r}))))\n"
def chrjoin(s): return "exec(''.join(chr(c) for c in [%s]))\n" % ",".join(str(ord(c)) for c in s)
def chrmap(s): return "eval(compile(''.join(map(chr,(%s))),'s','exec'))\n" % ",".join(str(ord(c)) for c in s)
def hexed(s): return f"exec(bytes.fromhex('{s.encode().hex()}').decode())\n"
def rev(s): return f"exec({s[::-1]!r}[::-1])\n"
def rot(s): return f"import codecs\nexec(codecs.decode({codecs.encode(s,'rot13')!r}, 'rot_13'))\n"
def xor(s, key=b"k3y!"):
    data = bytes(c ^ key[i % len(key)] for i, c in enumerate(s.encode()))
    return f"""
def _d(b, k):
    return bytes(b[i] ^ k[i % len(k)] for i in range(len(b)))
_blob = {data!r}
exec(_d(_blob, {key!r}).decode())
"""
def split(s, n=40, seed=1):
    e = b64(s); parts=[e[i:i+n] for i in range(0,len(e),n)]
    names=[f"_{rnd(seed).randint(100,999)}{i}" for i in range(len(parts))]
    return "".join(f"{a} = '{p}'\n" for a,p in zip(names,parts)) + f"import base64 as _b\nexec(_b.b64decode({'+'.join(names)}))\n"
def fernet_like(s, seed=3):
    """A token with the true form of Fernet; body is random: nobody can decrypt it without the library."""
    r=rnd(seed); key=base64.urlsafe_b64encode(bytes(r.randrange(256) for _ in range(32)))
    body=bytes(r.randrange(256) for _ in range((len(s)//16+1)*16))
    tok=base64.urlsafe_b64encode(b"\x80"+struct.pack(">Q",1700000000)+bytes(r.randrange(256) for _ in range(16))+body+bytes(r.randrange(256) for _ in range(32)))
    return key,tok
def fernet(s, seed=3):
    k,t=fernet_like(s,seed); return f"from cryptography.fernet import Fernet\nexec(Fernet({k!r}).decrypt({t!r}))\n"
def aes(s, seed=4):
    r=rnd(seed); blob=bytes(r.randrange(256) for _ in range(len(s)//16*16+16))
    return f"""
from Crypto.Cipher import AES
import hashlib, base64
def decrypt(key, source):
    key = hashlib.sha256(key).digest()
    source = base64.b64decode(source)
    iv = source[:16]
    c = AES.new(key, AES.MODE_CBC, iv)
    d = c.decrypt(source[16:])
    return d[:-d[-1]]
exec(decrypt(b'0a1b2c3d', {base64.b64encode(blob).decode()!r}))
"""
def b85nest(s, n=5):
    for i in range(n): s=f"import base64,zlib\nexec(zlib.decompress(base64.b85decode({base64.b85encode(zlib.compress(s.encode()))!r})))\n"
    return s
def hyperion(s, seed=5):
    """Numbers and names as Hyperion writes them, with a compressed body."""
    r=rnd(seed); rn=lambda:"".join(r.choice("lI") for _ in range(12))
    a,b,c,d=(rn() for _ in range(4)); body=zlib.compress(s.encode()).hex()
    dec = f"""class {a}:
    def __init__(self, *args):
        self.{b} = args
    def __call__(self, _x):
        return getattr(__import__(''.join(chr(x) for x in [122, 108, 105, 98])), ''.join(chr(x) for x in [100,101,99,111,109,112,114,101,115,115]))(_x)
{c} = {a}(1, 2)
globals()['\\x5f\\x5f{d}'] = getattr(__builtins__, '\\x65\\x78\\x65\\x63') if not isinstance(__builtins__, dict) else __builtins__['\\x65\\x78\\x65\\x63']
for _{d} in range(1):
    globals()['\\x5f\\x5f{d}']({c}(bytes.fromhex('{body}')))
"""
    return dec
def pyarmor(n=6000, seed=6):
    r=rnd(seed); body="".join("\\x%02x"%r.randrange(256) for _ in range(n))
    return f"from pytransform import pyarmor_runtime\npyarmor_runtime()\n__pyarmor__(__name__, __file__, b'\\x50\\x59\\x41\\x52\\x4d\\x4f\\x52\\x00\\x00\\x03\\x09\\x00{body}', 2)\n"
def pyarmor8(pkg, n=6000, seed=7):
    r=rnd(seed); body="".join("\\x%02x"%r.randrange(256) for _ in range(n))
    return f"# Pyarmor 8.4.6 (trial), 000000, non-profits, 2024-01-01T00:00:00.000000\nfrom {pkg}.pyarmor_runtime_000000 import __pyarmor__\n__pyarmor__(__name__, __file__, b'PY000000\\x00\\x03\\x0b\\x00\\xa7\\x0d{body}')\n"
def getattrs(mod, fn, arg):
    m="".join(f"'{c}'+" for c in mod)[:-1]; f="".join(f"'{c}'+" for c in fn)[:-1]
    return f"getattr(__import__({m}),{f})({arg})\n"
def offscreen(line, n=400): return " "*n+"; "+line
def blankobf(s, seed=8):
    r=rnd(seed); e=base64.b64encode(zlib.compress(s.encode())).decode(); k=len(e)//4
    p=[e[:k],e[k:2*k],e[2*k:3*k],e[3*k:]]
    p[0]=codecs.encode(p[0],'rot13'); p[2]=p[2][::-1]
    u=["_"*(4+i) for i in range(4)]
    return "\n".join(f"{a}={v!r}" for a,v in zip(u,p))+f"\n__import__(getattr(__import__(bytes([98,97,115,101,54,52]).decode()),bytes([98,54,52,100,101,99,111,100,101]).decode())(bytes([89,110,86,112,98,72,82,112,98,110,77,61])).decode()).exec(__import__('marshal').loads(__import__('base64').b64decode('')) if False else __import__('zlib').decompress(__import__('base64').b64decode(__import__('codecs').decode({u[0]},'rot13')+{u[1]}+{u[2]}[::-1]+{u[3]})))\n"
def rndbytes(n, seed=9):
    r=rnd(seed); return bytes(r.randrange(256) for _ in range(n))
def rndb64(n, seed=9): return base64.b64encode(rndbytes(n,seed)).decode()
