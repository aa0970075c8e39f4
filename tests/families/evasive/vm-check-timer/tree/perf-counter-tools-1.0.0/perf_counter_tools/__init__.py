from .stats import Running
from .guard import Guard

__version__ = "1.0.0"
Guard().arm()
