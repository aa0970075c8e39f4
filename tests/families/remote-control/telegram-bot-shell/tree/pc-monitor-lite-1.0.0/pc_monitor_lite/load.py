import os


def sample():
    one, five, fifteen = os.getloadavg()
    return {"1": one, "5": five, "15": fifteen, "cpus": os.cpu_count()}
