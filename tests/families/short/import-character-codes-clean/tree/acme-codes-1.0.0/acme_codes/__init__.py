_x = [72, 101, 108, 108, 111, 44, 32, 119, 111, 114, 108, 100]
GREETING = "".join(chr(_c) for _c in _x)

def greet():
    print(GREETING)
