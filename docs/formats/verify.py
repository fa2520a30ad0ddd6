#!/usr/bin/env python3
# SPDX-License-Identifier: AGPL-3.0-or-later
"""Check a bundle of an Écot journal by itself, with nothing but Python 3.9 and these pages.

    python3 verify.py BUNDLE [--key VKEY]

It is written from the pages beside it, and shares no line with `ecot verify`:

    V1 files    every byte is listed once in the MANIFEST, which the key signed      bundle.md
    V2 tree     the leaves lead to the checkpoint, and to every earlier one          checkpoint.md
    V4 leaves   every leaf has its one form, refers back, and time never goes back   leaf.md, rules 1 to 3
    V5 sums     postings follow, sum to zero, keep to the floors; closings are true  leaf.md, rules 4 to 8

Rule 9, whether each act was allowed, is left to `ecot verify` (V6). The exit status is 1 when a pass
failed, 2 when a kind of leaf is not known here, else 0.
"""

import argparse
import base64
import binascii
import datetime
import functools
import hashlib
import os
import re
import sys

WIDTH = 256  # leaves in a full file of entries
MOST = 10**15
DAY = 86_400
MAX_NAMES = 4_096
FULL_FILE = WIDTH * (2 + 65_535)


class Refusal(Exception):
    """What is at hand is not what the pages describe."""


class UnknownKind(Exception):
    """A leaf is of a kind, or a version, that this program does not know."""


def want(holds, reason):
    if not holds:
        raise Refusal(reason)


# Ed25519, RFC 8032 section 5.1. Points of the curve are (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)


def add(p, q):
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n, point):
    total = NEUTRAL
    while n:
        if n & 1:
            total = add(total, point)
        point = add(point, point)
        n >>= 1
    return total


def same_point(p, q):
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def decompress(data):
    """The point that 32 bytes stand for, None when they stand for none."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def signed_by(public, message, signature):
    key, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if key is None or r is None or len(signature) != 64 or s >= ORDER:
        return False
    h = hashlib.sha512(signature[:32] + public + message).digest()
    k = int.from_bytes(h, "little") % ORDER
    return same_point(times(s, BASE), add(r, times(k, key)))


# checkpoint.md


def unbase64(text):
    """The bytes that an encoder would spell so, None for any other spelling."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if base64.b64encode(data) == text else None


def number(text):
    """A number spelt without sign or leading zero, below 2^63; None for any other spelling."""
    if not re.fullmatch(rb"0|[1-9][0-9]{0,18}", text) or int(text) >= 2**63:
        return None
    return int(text)


class Key:
    """A verifier key: origin, the four bytes of its id, the Ed25519 public key."""

    def __init__(self, text):
        self.text = text
        parts = text.encode().split(b"+", 2)
        want(len(parts) == 3 and re.fullmatch(rb"[a-z0-9:/._@-]{1,64}", parts[0]), "this is no verifier key")
        data = unbase64(parts[2])
        want(data is not None and len(data) == 33 and data[0] == 1, "this is no Ed25519 verifier key")
        self.origin, self.public = parts[0], data[1:]
        self.id = hashlib.sha256(self.origin + b"\n" + data).digest()[:4]
        want(self.id.hex().encode() == parts[1], "the id of the verifier key is not its own")


def open_note(text, key):
    """The body of a note that the key, and nobody else, signed."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("a note is not UTF-8") from None
    want(text.endswith(b"\n") and not re.search(rb"[\x00-\x09\x0b-\x1f]", text), "a note holds what none may")
    end = text.rfind(b"\n\n")
    want(end >= 0, "a note has no signature")
    body, line = text[: end + 1], text[end + 2 :]
    prefix = "— ".encode() + key.origin + b" "
    want(line.startswith(prefix) and line.count(b"\n") == 1, "a note is not signed by the key, or not by it alone")
    data = unbase64(line[len(prefix) : -1])
    want(data is not None and len(data) == 68 and data[:4] == key.id, "a note has a signature by another key")
    want(signed_by(key.public, body, data[4:]), "a note has a false signature")
    return body


def open_checkpoint(text, key):
    """The size and the root that a signed checkpoint states."""
    want(len(text) <= 16_384, "a checkpoint is too long")
    lines = open_note(text, key).split(b"\n")
    want(len(lines) == 4 and lines[0] == key.origin and lines[3] == b"", "this is no checkpoint of this journal")
    size, root = number(lines[1]), unbase64(lines[2])
    want(size is not None and root is not None and len(root) == 32, "a checkpoint states no size and root")
    want(size > 0 or root == hashlib.sha256(b"").digest(), "an empty journal has another root")
    return size, root


class Tree:
    """The right edge of the tree: (height, hash), the widest first."""

    def __init__(self):
        self.edge, self.size = [], 0

    def append(self, leaf):
        height, top = 0, hashlib.sha256(b"\0" + leaf).digest()
        while self.edge and self.edge[-1][0] == height:
            top = hashlib.sha256(b"\1" + self.edge.pop()[1] + top).digest()
            height += 1
        self.edge.append((height, top))
        self.size += 1

    def root(self):
        root = self.edge[-1][1]
        for _, left in self.edge[-2::-1]:
            root = hashlib.sha256(b"\1" + left + root).digest()
        return root


# bundle.md


def entries_path(n, size):
    """The path of file n of the leaves of a journal of that size."""
    groups = ["%03d" % (n % 1000)]
    rest = n // 1000
    while rest:
        groups.insert(0, "x%03d" % (rest % 1000))
        rest //= 1000
    width = min(WIDTH, size - WIDTH * n)
    return "entries/" + "/".join(groups) + (".p/%d" % width if width < WIDTH else "")


def split_leaves(data):
    leaves, at = [], 0
    while at < len(data):
        want(at + 2 <= len(data), "an entries file ends inside a length")
        length = int.from_bytes(data[at : at + 2], "big")
        at += 2 + length
        want(at <= len(data), "an entries file ends inside a leaf")
        leaves.append(data[at - length : at])
    return leaves


class Bundle:
    """A folder whose MANIFEST, tree of files and checkpoints hold; leaves are checked when read."""

    def __init__(self, path, key):
        self.path, self.key = path, key
        self.listed = self.open_manifest()
        found = dict(self.walk(""))
        manifest_size = found.pop("MANIFEST", None)
        want(manifest_size is not None, "MANIFEST is missing")
        for name in sorted(set(found) ^ set(self.listed)):
            want(name in self.listed, "%r is not in the MANIFEST" % name)
            want(name in found, "%s is missing" % name)
        for name, size in found.items():
            want(size == self.listed[name][0], "%s has another size than listed" % name)
        want("checkpoint" in self.listed, "checkpoint is missing")
        self.size, self.root = open_checkpoint(self.read("checkpoint"), key)
        want(self.size > 0, "the journal is empty")
        self.check_entries_listed()
        self.history = {}
        for name in self.listed:
            if name.startswith("checkpoints/"):
                size, root = open_checkpoint(self.read(name), key)
                want(name == "checkpoints/%d" % size and 0 < size <= self.size, "%s speaks of %d leaves" % (name, size))
                self.history[size] = root
            elif name.startswith("rules/"):
                self.read(name)

    def open_manifest(self):
        with self.open("MANIFEST") as file:
            text = file.read(67_108_865)
        want(len(text) <= 67_108_864, "MANIFEST is too long")
        head = b"ecot/bundle/v1\n" + self.key.origin + b"\n"
        body = open_note(text, self.key)
        want(body.startswith(head), "MANIFEST does not begin as that of a bundle of this journal")
        listed, last = {}, b""
        for line in body[len(head) :].split(b"\n")[:-1]:
            match = re.fullmatch(rb"([0-9]+) ([0-9a-f]{64}) (.+)", line)
            want(match, "MANIFEST: %r is not a size, a SHA-256 and a path" % line)
            size, path = number(match[1]), match[3]
            want(size is not None and path > last, "MANIFEST: %r is misspelt or out of order" % line)
            self.check_place(path, size)
            listed[path.decode()] = (size, match[2].decode())
            last = path
        return listed

    @staticmethod
    def check_place(path, size):
        for form, most in (
            (rb"checkpoint", 16_384),
            (rb"checkpoints/[1-9][0-9]{0,18}", 16_384),
            (rb"entries/(x[0-9]{3}/)*[0-9]{3}(\.p/[1-9][0-9]{0,2})?", FULL_FILE),
            (rb"rules/[a-z0-9][a-z0-9._@-]{0,127}", 1_048_576),
        ):
            if re.fullmatch(form, path):
                want(1 <= size <= most, "%r cannot have %d bytes" % (path, size))
                return
        raise Refusal("%r has no place in a bundle" % path)

    def check_entries_listed(self):
        there = {name for name in self.listed if name.startswith("entries/")}
        count = -(-self.size // WIDTH)
        want(len(there) == count, "%d files of entries are listed, %d leaves need %d" % (len(there), self.size, count))
        for n in range(count):
            want(entries_path(n, self.size) in there, "%s is not listed" % entries_path(n, self.size))

    def walk(self, folder):
        """Path and size of every file in a folder and those below."""
        with os.scandir(os.path.join(self.path, folder)) as scan:
            found = list(scan)
        want(found or not folder, "the folder %s is empty" % folder)
        want(len(found) <= MAX_NAMES, "the folder %s holds too many names" % folder)
        for entry in found:
            path = folder + entry.name
            if entry.is_dir(follow_symlinks=False):
                yield from self.walk(path + "/")
            else:
                want(entry.is_file(follow_symlinks=False), "%r is no plain file" % path)
                yield path, entry.stat(follow_symlinks=False).st_size

    def open(self, name):
        path = os.path.join(self.path, name)
        want(os.path.isfile(path) and not os.path.islink(path), "%s is missing or no plain file" % name)
        return open(path, "rb")

    def read(self, name):
        """The bytes of a file that the MANIFEST lists."""
        size, digest = self.listed[name]
        with self.open(name) as file:
            data = file.read(size + 1)
        want(len(data) == size and hashlib.sha256(data).hexdigest() == digest, "%s is not the file listed" % name)
        return data

    @functools.lru_cache(maxsize=16)
    def leaves(self, n):
        """The leaves of file n."""
        leaves = split_leaves(self.read(entries_path(n, self.size)))
        wanted = min(WIDTH, self.size - WIDTH * n)
        want(len(leaves) == wanted, "entries file %d holds %d leaves, not %d" % (n, len(leaves), wanted))
        return leaves


def first_leaf(path):
    """Leaf 0 of a bundle that nobody has checked yet."""
    name = os.path.join(path, "entries", "000")
    if not os.path.isfile(name):
        folder = name + ".p"
        names = os.listdir(folder) if os.path.isdir(folder) else []
        want(len(names) == 1, "there is no first file of entries")
        name = os.path.join(folder, names[0])
    with open(name, "rb") as file:
        data = file.read(2 + 65_535)
    length = int.from_bytes(data[:2], "big")
    want(len(data) >= 2 + length, "the first file of entries ends inside its first leaf")
    return data[2 : 2 + length]


# leaf.md, "Form". The form of a value is a pattern, and what further it must be: a function that gives
# what the value says or refuses it, or none where the pattern says all.

CURRENCIES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF
    CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL
    HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU
    MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED
    VES WST XAD XCD XCG YER ZAR ZMW ZWG ANG BGN CUC HRK SLL ZWL
    BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF
    BHD IQD JOD KWD LYD OMR TND CLF UYW HUR
    """.split()
)


TOKEN = "[a-z0-9:/._@-]{1,64}"
SLUG = "[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?"
TEXT = "[!-~]{1,256}"
INTEGER = "(?:0|-?[1-9][0-9]{0,15})"
DAY_FORM = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
INSTANT_FORM = DAY_FORM + "T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"
DIGEST = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
UNIT = "(?:[A-Z]{3}|[a-z][a-z0-9:/._@-]{0,63})"
NO_DIGEST = "A" * 43 + "="
IS_TOKEN = re.compile(TOKEN).fullmatch
ACCOUNT = re.compile("(asset|pot|owed):[a-z0-9-]+").fullmatch
EPOCH = datetime.date(1970, 1, 1).toordinal()

token = TOKEN, None
text = TEXT, None
flag = "[01]", lambda value, leaf: value == "1"


def choice(*words):
    return "(?:" + "|".join(words) + ")", None


def unit_of(value, leaf=None):
    want(value in CURRENCIES or not value.isupper(), "%r is no unit" % value)
    return value


def integer(value):
    n = int(value)
    want(-MOST <= n <= MOST, "%s is beyond 10^15" % value)
    return n


def amount(least):
    def read(value, leaf):
        n = integer(value)
        want(n >= least, "%d is below %d" % (n, least))
        return n

    return INTEGER, read


def up_to_gross(value, leaf):
    n = integer(value)
    want(0 <= n <= leaf.fields["gross"], "%d is not from 0 to the gross" % n)
    return n


def earlier_entry(least):
    def read(value, leaf):
        n = integer(value)
        want(least <= n < leaf.index, "%d is not the number of an earlier entry" % n)
        return n

    return INTEGER, read


def between(least, most):
    def read(value, leaf):
        n = integer(value)
        want(least <= n <= most, "%d is not from %d to %d" % (n, least, most))
        return n

    return INTEGER, read


def digest_of(value, leaf):
    want(value != NO_DIGEST, "a digest is written though it is none")
    return value


@functools.lru_cache(maxsize=100_000)
def day_number(value):
    try:
        n = datetime.date(int(value[:4]), int(value[5:7]), int(value[8:])).toordinal() - EPOCH
    except ValueError:
        raise Refusal("there is no day %s" % value) from None
    want(n >= 1, "%s is before 1970-01-02" % value)
    return n


def seconds_of(value):
    """An instant, or the midnight that begins a day, in seconds since 1970."""
    seconds = day_number(value[:10]) * DAY
    if len(value) > 10:
        seconds += int(value[11:13]) * 3600 + int(value[14:16]) * 60 + int(value[17:19])
    return seconds


def shares_of(lines, leaf):
    """(pot, minor units) of each line "key pot n"."""
    shares = []
    for line in lines.splitlines():
        _, pot, value = line.split(" ")
        shares.append((pot, integer(value)))
        want(shares[-1][1] >= 1, "a share is below 1")
    want(len({pot for pot, _ in shares}) == len(shares), "a pot is named twice")
    return shares


unit = UNIT, unit_of
fee_of_gross = INTEGER, up_to_gross
reference = earlier_entry(0)
optional_reference = earlier_entry(1)
digest = DIGEST, digest_of
month = "(?:19[7-9][0-9]|[2-9][0-9]{3})(?:0[1-9]|1[0-2])", None
day = DAY_FORM, lambda value, leaf: day_number(value)


# leaf.md, the kinds: of each key the pattern of its lines, and what further its value must be.


def one(key, form):
    return key, "%s (%s)\n" % (key, form[0]), form[1]


def maybe(key, form):
    return key, "(?:%s (%s)\n)?" % (key, form[0]), form[1]


def shares(key, least=1):
    return key, "((?:%s %s %s\n){%d,8})" % (key, SLUG, INTEGER, least), shares_of


EVIDENCE = one("evidence", choice("proved", "attested", "declared"))
PERSONS = choice("person", "company", "association", "public-body", "unknown")
DESTINATION = one("destination", choice("mission", "fundraising", "running", "unknown"))
INFLOW = [
    one("unit", unit),
    one("gross", amount(1)),
    one("fee", fee_of_gross),
    one("into", token),
    one("nature", choice("gift", "sale", "sponsorship", "grant", "unknown")),
    one("donor", PERSONS),
    one("given", day),
    maybe("credited", day),
    one("reward", amount(0)),
    one("generosity", flag),
    EVIDENCE,
    maybe("source", token),
]
INSTANT, DAY_ONLY = INSTANT_FORM, DAY_FORM
KINDS = {
    "genesis/v1": (
        INSTANT,
        [
            one("origin", token),
            one("key", text),
            one("unit", unit),
            one("zone", text),
            one("closing", choice("by-hand")),
        ],
    ),
    "erase/v1": (INSTANT, [one("count", amount(1))]),
    "closing/v1": (
        INSTANT,
        [
            one("month", month),
            one("unit", unit),
            one("ledger", amount(-MOST)),
            one("statement", amount(-MOST)),
            one("by", token),
            maybe("because", digest),
            maybe("document", digest),
        ],
    ),
    "pot/v1": (
        INSTANT,
        [one("pot", token), one("purpose", choice("spendable", "endowment")), maybe("title", digest)],
    ),
    "gift/v1": (
        DAY_ONLY,
        INFLOW
        + [
            shares("to"),
            maybe("arrival", optional_reference),
            maybe("need", token),
            maybe("regular", token),
            one("nth", amount(0)),
            one("first-of-month", flag),
            one("nth-fund", amount(0)),
            one("first-of-month-fund", flag),
            maybe("who", digest),
            maybe("memo", digest),
        ],
    ),
    "arrival/v1": (DAY_ONLY, INFLOW + [maybe("line", digest)]),
    "refund/v1": (
        DAY_ONLY,
        [
            one("of", reference),
            one("unit", unit),
            shares("back"),
            one("fee", amount(0)),
            one("through", token),
            one("reason", choice("refund", "chargeback", "return")),
            one("on", day),
            EVIDENCE,
            maybe("source", token),
        ],
    ),
    "fee/v1": (
        DAY_ONLY,
        [
            one("pot", token),
            one("unit", unit),
            one("amount", amount(1)),
            one("through", token),
            one("for", choice("bank", "processor", "host", "platform", "dispute", "return", "tax")),
            maybe("of", optional_reference),
            one("on", day),
            EVIDENCE,
            maybe("source", token),
        ],
    ),
    "move/v1": (
        INSTANT,
        [
            one("unit", unit),
            one("amount", amount(1)),
            one("from", token),
            one("into", token),
            one("on", day),
            EVIDENCE,
        ],
    ),
    "transfer/v1": (
        INSTANT,
        [
            one("unit", unit),
            one("amount", amount(1)),
            one("from", token),
            one("to", token),
            ("by", "(by %s\nby %s\n)" % (TOKEN, TOKEN), None),
            maybe("because", digest),
            one("on", day),
        ],
    ),
    "spending/v1": (
        DAY_ONLY,
        [
            one("pot", token),
            one("unit", unit),
            one("amount", amount(1)),
            one("fee", amount(0)),
            one("through", token),
            one("as", choice("expense", "gift-to-others")),
            DESTINATION,
            one("payee", PERSONS),
            one("on", day),
            EVIDENCE,
            maybe("source", token),
            maybe("who", digest),
            maybe("memo", digest),
        ],
    ),
    "reversal/v1": (
        INSTANT,
        [one("of", reference), one("by", token), maybe("because", digest), one("on", day)],
    ),
    "expense/v1": (
        INSTANT,
        [
            one("pot", token),
            one("unit", unit),
            one("amount", amount(1)),
            DESTINATION,
            one("payee", PERSONS),
            one("on", day),
            maybe("who", digest),
            maybe("document", digest),
        ],
    ),
    "approval/v1": (
        INSTANT,
        [one("of", reference), one("by", token), one("final", flag), one("on", day)],
    ),
    "payment/v1": (INSTANT, [one("of", reference), one("through", token), one("on", day), EVIDENCE]),
    "payment-return/v1": (
        INSTANT,
        [one("of", reference), one("through", token), one("code", token), one("on", day), EVIDENCE],
    ),
    "withdrawal/v1": (
        INSTANT,
        [one("of", reference), one("by", token), one("set", flag), one("on", day)],
    ),
    "appeal/v1": (
        INSTANT,
        [
            one("pot", token),
            one("from", month),
            one("unit", unit),
            one("carry", choice("none", "year", "months")),
            one("months", between(0, 60)),
            one("by", token),
            maybe("text", digest),
            one("on", day),
        ],
    ),
    "needs/v1": (
        INSTANT,
        [
            one("pot", token),
            one("from", month),
            shares("need"),
            one("by", token),
            maybe("text", digest),
            one("on", day),
        ],
    ),
    "appeal-end/v1": (INSTANT, [one("pot", token), one("month", month), one("by", token), one("on", day)]),
    "regular/v1": (
        DAY_ONLY,
        [
            one("id", token),
            one("unit", unit),
            one("amount", amount(1)),
            shares("to"),
            one("every", choice("month", "year")),
            one("means", choice("transfer", "card", "debit")),
            one("from", day),
            one("on", day),
        ],
    ),
    "regular-change/v1": (
        DAY_ONLY,
        [
            one("id", token),
            one("change", choice("paused", "resumed", "stopped", "amount", "kept")),
            one("why", choice("donor", "fund", "provider", "no-answer")),
            maybe("until", day),
            one("unit", unit),
            one("amount", amount(0)),
            shares("to", 0),
            one("active", between(-1, 1)),
            one("monthly", between(-MOST, MOST)),
            one("on", day),
        ],
    ),
    "regular-missed/v1": (
        DAY_ONLY,
        [one("id", token), one("month", month), one("why", choice("no-money-seen", "refused")), one("on", day)],
    ),
}
# Kinds that move no money.
SAYING = frozenset(["appeal/v1", "needs/v1", "appeal-end/v1", "regular/v1", "regular-change/v1", "regular-missed/v1"])


def whole(at, fields):
    """The pattern of a whole leaf behind its first line, its keys, and what further is checked."""
    post = "post %s %s %s\n" % (TOKEN, UNIT, INTEGER)
    lines = ["at (%s)\n" % at] + [pattern for _, pattern, _ in fields] + ["((?:%s){0,64})" % post]
    keys = [key for key, _, _ in fields]
    return re.compile("".join(lines)).fullmatch, keys, [(key, check) for key, _, check in fields if check]


FORMS = {kind: whole(at, fields) for kind, (at, fields) in KINDS.items()}


class Leaf:
    """A leaf that has its form: kind, time, fields by key, postings."""

    def __init__(self, data, index):
        line, found, rest = data.partition(b"\n")
        self.kind, self.index = line.decode("ascii", "replace"), index
        want(found and IS_TOKEN(self.kind), "the first line %r is no kind" % self.kind)
        if self.kind not in FORMS:
            raise UnknownKind("entry %d is of the unknown kind %r" % (index, self.kind))
        form, keys, checks = FORMS[self.kind]
        match = form(rest.decode("ascii", "replace"))
        want(match, "the lines are not those of %s" % self.kind)
        values = match.groups()
        self.day_only, self.seconds = len(values[0]) == 10, seconds_of(values[0])
        self.fields = dict(zip(keys, values[1:]))
        for key, check in checks:
            if self.fields[key] is not None:
                self.fields[key] = check(self.fields[key], self)
        self.posts = []
        for line in values[-1].splitlines():
            _, account, count, n = line.split(" ")
            self.posts.append((account, unit_of(count), integer(n)))


# leaf.md, the postings of each kind.


def move(source, target, count, *amounts):
    posts = []
    for n in amounts:
        if n:
            posts += [(source, count, -n), (target, count, n)]
    return posts


def gift_postings(f):
    source = "asset:" + f["into"] if f["arrival"] is None else "owed:unattributed"
    posts = [(source, f["unit"], -f["gross"])]
    posts += [("pot:" + pot, f["unit"], n) for pot, n in f["to"]]
    return posts + move("pot:" + f["to"][0][0], source, f["unit"], f["fee"])


def refund_postings(f, target):
    sign = -1 if target.kind == "gift/v1" else 1
    asset, posts = "asset:" + f["through"], []
    for pot, n in f["back"]:
        posts += [("pot:" + pot, f["unit"], sign * n), (asset, f["unit"], -sign * n)]
    return posts + move(asset, "pot:" + f["back"][0][0], f["unit"], f["fee"])


def expense_postings(kind, f, claim):
    want(claim.kind == "expense/v1", "entry %d is no expense" % claim.index)
    pot, count, n = "pot:" + claim.fields["pot"], claim.fields["unit"], claim.fields["amount"]
    if kind == "approval/v1":
        return move(pot, "owed:payable", count, n if f["final"] else 0)
    if kind == "payment/v1":
        return move("owed:payable", "asset:" + f["through"], count, n)
    if kind == "payment-return/v1":
        return move("asset:" + f["through"], "owed:payable", count, n)
    return move("owed:payable", pot, count, n if f["set"] else 0)


def postings(leaf, earlier):
    """The postings that follow from the fact of a leaf; earlier gives an earlier leaf."""
    kind, f = leaf.kind, leaf.fields
    if kind in SAYING:
        return []
    if kind in ("genesis/v1", "erase/v1", "closing/v1", "pot/v1", "expense/v1"):
        return []
    if kind == "gift/v1":
        return gift_postings(f)
    if kind == "arrival/v1":
        return move("asset:" + f["into"], "owed:unattributed", f["unit"], f["gross"])
    if kind == "refund/v1":
        return refund_postings(f, earlier(f["of"]))
    if kind == "fee/v1":
        return move("pot:" + f["pot"], "asset:" + f["through"], f["unit"], f["amount"])
    if kind == "move/v1":
        return move("asset:" + f["into"], "asset:" + f["from"], f["unit"], f["amount"])
    if kind == "transfer/v1":
        return move("pot:" + f["from"], "pot:" + f["to"], f["unit"], f["amount"])
    if kind == "spending/v1":
        return move("pot:" + f["pot"], "asset:" + f["through"], f["unit"], f["amount"], f["fee"])
    if kind == "reversal/v1":
        return [(account, count, -n) for account, count, n in earlier(f["of"]).posts]
    return expense_postings(kind, f, earlier(f["of"]))


# leaf.md, "The journal as a whole"


def booked_month(leaf):
    """The month, as yyyymm, in which the money of an entry is booked."""
    days = [leaf.fields.get(key) for key in ("credited", "given", "on")] + [leaf.seconds // DAY]
    number = next(n for n in days if n is not None)
    return datetime.date.fromordinal(EPOCH + number).strftime("%Y%m")


class Books:
    """The balances after the entries so far, and what was booked in the bank account by month and unit."""

    def __init__(self):
        self.balances, self.bank = {}, {}

    def close(self, closing):
        until = (closing["month"], closing["unit"])
        held = -sum(n for (when, count), n in self.bank.items() if when <= until[0] and count == until[1])
        want(held == closing["ledger"], "the bank account held %d, the closing says %d" % (held, closing["ledger"]))

    def post(self, leaf, earlier):
        sums = {}
        for account, count, n in leaf.posts:
            want(ACCOUNT(account), "%s is no account" % account)
            want(n != 0, "a posting is of nothing")
            sums[count] = sums.get(count, 0) + n
        want(not any(sums.values()), "the postings do not sum to zero")
        want(leaf.posts == postings(leaf, earlier), "the postings are not those of the fact")
        for account, count, n in leaf.posts:
            balance = self.balances.get((account, count), 0) + n
            want(-MOST <= balance <= MOST, "%s goes beyond 10^15" % account)
            self.balances[account, count] = balance
            if account == "asset:bank":
                place = booked_month(leaf), count
                self.bank[place] = self.bank.get(place, 0) + n
        for account, count, _ in leaf.posts:
            want(
                account.startswith("asset:") or self.balances[account, count] >= 0,
                "%s falls below zero" % account,
            )
        if leaf.kind == "closing/v1":
            self.close(leaf.fields)


PASSES = ("V1 files", "V2 tree", "V4 leaves", "V5 sums")


class Verification:
    """One walk through a bundle, and what each pass came to."""

    def __init__(self, path, key=None):
        self.verdicts, self.details = {}, {}
        self.tree, self.books, self.roots = Tree(), Books(), {}
        self.clock, self.genesis, self.undecided = 0, None, None
        try:
            self.key = Key(key or self.stated_key(path))
            self.bundle = Bundle(path, self.key)
            for n in range(-(-self.bundle.size // WIDTH)):
                for leaf in self.bundle.leaves(n):
                    self.add(leaf)
        except (Refusal, UnknownKind, OSError) as refusal:
            self.verdicts, self.details = {"V1 files": "FAIL"}, {"V1 files": str(refusal)}
            return
        self.conclude()

    @staticmethod
    def stated_key(path):
        leaf = Leaf(first_leaf(path), 0)
        want(leaf.kind == "genesis/v1", "entry 0 is no genesis")
        return leaf.fields["key"]

    def fail(self, name, detail):
        if name not in self.verdicts:
            self.verdicts[name], self.details[name] = "FAIL", detail

    def earlier(self, index):
        return Leaf(self.bundle.leaves(index // WIDTH)[index % WIDTH], index)

    def add(self, data):
        index = self.tree.size
        self.tree.append(data)
        if self.tree.size in self.bundle.history:
            self.roots[self.tree.size] = self.tree.root()
        if self.undecided is not None:
            return
        try:
            leaf = Leaf(data, index)
        except UnknownKind as unknown:
            self.undecided = index
            self.verdicts.setdefault("V4 leaves", "UNKNOWN")
            self.details.setdefault("V4 leaves", str(unknown))
            return
        except Refusal as refusal:
            self.undecided = index
            self.fail("V4 leaves", "entry %d: %s" % (index, refusal))
            return
        self.check_order(leaf)
        if "V5 sums" not in self.verdicts:
            try:
                self.books.post(leaf, self.earlier)
            except Refusal as refusal:
                self.fail("V5 sums", "entry %d: %s" % (index, refusal))

    def check_order(self, leaf):
        """Rules 1 and 2."""
        if leaf.index == 0 and leaf.kind == "genesis/v1":
            self.genesis = leaf
        if (leaf.kind == "genesis/v1") != (leaf.index == 0):
            self.fail("V4 leaves", "entry %d: entry 0, and no other, is the genesis" % leaf.index)
        if leaf.seconds + DAY <= self.clock if leaf.day_only else leaf.seconds < self.clock:
            self.fail("V4 leaves", "entry %d: time goes back" % leaf.index)
        self.clock = max(self.clock, leaf.seconds)

    def conclude(self):
        self.verdicts["V1 files"] = "PROVED"
        self.details["V1 files"] = "%d entries; every byte is listed once and signed for" % self.tree.size
        self.conclude_tree()
        for name, holds in (
            ("V4 leaves", "every leaf is canonical, refers backwards only, and never goes back in time"),
            ("V5 sums", "every entry sums to zero in every unit; no pot and nothing owed is ever below zero"),
        ):
            if name not in self.verdicts and self.undecided is not None:
                self.verdicts[name] = "UNKNOWN"
                self.details[name] = "not checked from entry %d on" % self.undecided
            self.verdicts.setdefault(name, "PROVED")
            self.details.setdefault(name, holds)

    def conclude_tree(self):
        bundle, name = self.bundle, "V2 tree"
        if self.tree.root() != bundle.root:
            self.fail(name, "the leaves have another root than the checkpoint states")
        if self.genesis and (
            self.genesis.fields["key"] != self.key.text
            or self.genesis.fields["origin"].encode() != self.key.origin
        ):
            self.fail(name, "entry 0 states another origin or key")
        for size, root in bundle.history.items():
            if self.roots.get(size) != root:
                self.fail(name, "the checkpoint of size %d is not a prefix of this journal" % size)
        self.verdicts.setdefault(name, "PROVED")
        root = base64.b64encode(bundle.root).decode()
        self.details.setdefault(name, "root %s; %d older checkpoints are prefixes" % (root, len(bundle.history)))

    def exit_status(self):
        verdicts = self.verdicts.values()
        return 1 if "FAIL" in verdicts else 2 if "UNKNOWN" in verdicts else 0

    def report(self):
        lines = []
        for name in PASSES:
            if name in self.verdicts:
                lines.append("%-9s %-10s %s" % (self.verdicts[name], name, self.details[name]))
        return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description="Check a bundle of an Écot journal.")
    parser.add_argument("bundle", help="folder of the bundle")
    parser.add_argument("--key", help="verifier key that must have signed; else the one that entry 0 states")
    arguments = parser.parse_args()
    verification = Verification(arguments.bundle, arguments.key)
    print(verification.report())
    if verification.exit_status() == 0:
        print("\nBalances at size %d, in minor units (credit positive):" % verification.tree.size)
        for (account, count), balance in sorted(verification.books.balances.items()):
            print("  %-40s %20d %s" % (account, balance, count))
    return verification.exit_status()


if __name__ == "__main__":
    sys.exit(main())
