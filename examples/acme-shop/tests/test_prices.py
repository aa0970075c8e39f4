"""Rounding must never lose a cent to the customer's disadvantage."""

import unittest

from acme_shop.prices import gross


class Gross(unittest.TestCase):
    def test_rounds_half_up(self):
        self.assertEqual(gross(100), 120)
        self.assertEqual(gross(1), 1)
        self.assertEqual(gross(3), 4)
