import time


def bench(n=10**6):
    t = time.perf_counter()
    sum(i * i for i in range(n))
    return time.perf_counter() - t
