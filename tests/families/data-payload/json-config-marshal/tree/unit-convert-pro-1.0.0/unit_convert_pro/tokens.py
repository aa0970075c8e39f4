"""A tokenizer and a calculator for simple formulas."""

import operator
import re

TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<op>\*\*|[-+*/()^%,]))")
BINARY = {"+": (1, operator.add), "-": (1, operator.sub), "*": (2, operator.mul), "/": (2, operator.truediv), "%": (2, operator.mod), "^": (3, operator.pow), "**": (3, operator.pow)}


class FormulaError(ValueError):
    pass


def tokenize(text):
    position = 0
    text = text.rstrip()
    while position < len(text):
        match = TOKEN.match(text, position)
        if not match:
            raise FormulaError("unexpected %r at %d" % (text[position], position))
        position = match.end()
        yield match.lastgroup, match.group(match.lastgroup)


class Parser:
    def __init__(self, text, names=None):
        self.tokens = list(tokenize(text)) + [("end", "")]
        self.at = 0
        self.names = names or {}

    def peek(self):
        return self.tokens[self.at]

    def take(self):
        token = self.tokens[self.at]
        self.at += 1
        return token

    def atom(self):
        kind, text = self.take()
        if kind == "number":
            return float(text)
        if kind == "name":
            if text not in self.names:
                raise FormulaError("unknown name %s" % text)
            return self.names[text]
        if text == "(":
            value = self.expression()
            if self.take()[1] != ")":
                raise FormulaError("missing )")
            return value
        if text == "-":
            return -self.atom()
        raise FormulaError("unexpected %r" % text)

    def expression(self, minimum=1):
        left = self.atom()
        while self.peek()[1] in BINARY and BINARY[self.peek()[1]][0] >= minimum:
            precedence, function = BINARY[self.take()[1]]
            left = function(left, self.expression(precedence + 1))
        return left


def calculate(text, **names):
    return Parser(text, names).expression()
