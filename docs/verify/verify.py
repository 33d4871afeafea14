#!/usr/bin/env python3
"""Checks auditors' packs of an archive-sentry ledger with nothing but Python's standard library:
    python3 verify.py PACK... [--key KEYFILE] [--since CHECKPOINT]...
It shares no code with the program that made the pack. docs/reference/ledger-pack.md says what the files hold; the rules
are those of RFC 6962 (tree), RFC 8032 (Ed25519), c2sp.org/signed-note and c2sp.org/tlog-checkpoint."""
import argparse, base64, hashlib, hmac, json, re, sys
from datetime import datetime
from functools import reduce
from pathlib import Path
P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # RFC 8032, 5.1
D = -121665 * pow(121666, P - 2, P) % P
MAY_GO = set("""log-in security-event access-event grant grant-decision record review history-read alarm-journal
    operator-command configuration-change""".split())
class Fault(Exception): pass
def need(good, reason, index=None):
    if not good: raise Fault(reason, index)
def attempt(check, *arguments):  # whatever cannot be read is not sound
    try: return check(*arguments)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError): return None
def sha(*parts): return hashlib.sha256(b"".join(parts)).digest()
def root_of(tree): return reduce(lambda right, left: (0, sha(b"\1", left[1], right[1])), tree[::-1] or [(0, sha())])[1]
def text_of(value): return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
def add(p, q):  # points as (X, Y, Z, T)
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P
def times(n, p):
    return reduce(lambda q, bit: add(add(q, q), p) if bit == "1" else add(q, q), bin(n)[2:], (0, 1, 1, 0))
def point(data):
    y, sign = int.from_bytes(data, "little") & 2**255 - 1, data[31] >> 7
    xx = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(xx, (P + 3) // 8, P)
    if (x * x - xx) % P: x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - xx) % P or y >= P: raise ValueError
    return (x, y, 1, x * y % P) if x & 1 == sign else (-x % P, y, 1, -x * y % P)
BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
def ed25519(key, text, signature):
    a, s = point(key), int.from_bytes(signature[32:], "little")
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + text).digest(), "little") % L
    x, y, z, _ = add(times(s, BASE), times(k, (-a[0] % P, a[1], 1, -a[3] % P)))
    x, y = (n * pow(z, P - 2, P) % P for n in (x, y))
    return len(signature) == 64 and s < L and (y | (x & 1) << 255).to_bytes(32, "little") == signature[:32]

def unbase64(text, size=None):  # one text for one value
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data).decode() != text or size not in (None, len(data)): raise ValueError
    return data
def read_key(text):
    name, key_id, typed = text.strip().split("+", 2)
    typed = unbase64(typed, 33)
    if typed[0] != 1 or sha(name.encode() + b"\n", typed).hex()[:8] != key_id: raise ValueError
    return name, bytes.fromhex(key_id), typed[1:]
def read_note(note):
    text, _, lines = note.rpartition("\n\n")
    if not lines.endswith("\n") or any(c < " " and c != "\n" for c in note): raise ValueError
    signatures = [(dash, name, unbase64(data)) for dash, name, data in (line.split(" ") for line in lines[:-1].split("\n"))]
    if any(dash != "\u2014" or not name or "+" in name or len(raw) < 5 for dash, name, raw in signatures): raise ValueError
    return text + "\n", signatures
def signed_by(note, key):
    (text, signatures), (name, key_id, public) = read_note(note), read_key(key)
    own = [ed25519(public, text.encode(), raw[4:]) for _, who, raw in signatures if who == name and raw[:4] == key_id]
    return own != [] and all(own)
def read_checkpoint(note):
    origin, size, root, *more = read_note(note)[0][:-1].split("\n")
    if not origin or "" in more or not re.fullmatch("0|[1-9][0-9]{0,14}", size): raise ValueError
    return origin, int(size), unbase64(root, 32), note
def read_line(raw):  # -> number of leaves, their hash, why it is hidden, the entry, what is opened, the stated hash
    line = json.loads(raw.decode())
    if "entry" not in line:
        leaves, why = line["leaves"], line["why"]
        good = text_of({"hash": line["hash"], "leaves": leaves, "why": why}).encode() == raw and leaves > 0 == leaves & leaves - 1
        if not good or why not in ("redacted", "tombstone", "outside"): raise ValueError
        return leaves, unbase64(line["hash"], 32), why, None, {}, None
    opened, entry = line.get("opened", {}), line["entry"]
    end = text_of({name: line[name] for name in ("hash", "opened") if name in line}).replace("{", ",", 1)
    leaf = raw[len('{"entry":') : -len(end.encode())]  # the very bytes, of which the hash was taken
    good = b'{"entry":' + leaf + end.encode() == raw and json.loads(leaf) == entry and type(entry["recordedAt"]) is str
    if not good or type(entry["index"]) is not int: raise ValueError
    return 1, sha(b"\0", leaf), None, entry, opened, line["hash"]
def is_opened(entry, opened):
    digest = lambda opening, value: hmac.digest(unbase64(opening), text_of(value).encode(), "sha256")
    return all(digest(**one) == unbase64(entry["personal"][field]["digest"]) for field, one in opened.items())
def is_key_change(origin, index, keys, old, new, note):
    good = read_note(note)[0] == f"archive-sentry key change\n{origin}\n{index}\n{new}\n" and (not keys or keys[-1][0] == old)
    return good and signed_by(note, old) and signed_by(note, new)
def is_tombstone(recorded, count, kinds, before, ranges):
    at, then = (datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ") for text in (recorded, before))
    return kinds and set(kinds) <= MAY_GO and (at - then).days >= 180 and all(0 <= a <= b < count for a, b in ranges)

def verify(pack, key, since):
    def read(name): return (Path(pack) / name).read_bytes().decode()
    def notes():
        before = [json.loads(line)["checkpoint"] for line in read("earlier-checkpoints.jsonl").split("\n")[:-1]]
        if "".join(text_of({"checkpoint": note}) + "\n" for note in before) != read("earlier-checkpoints.jsonl"): raise ValueError
        return [read_checkpoint(note) for note in [read("checkpoint.txt"), *before, *since]]
    (origin, size, root, _), *earlier = checkpoints = attempt(notes) or need(False, "checkpoint")
    key = (key or read("key.txt")).strip()
    need(attempt(read_key, key), "key")
    for one in earlier: need(one[0] == origin, "checkpoint") or need(one[1] <= size, "missing", size)
    todo = sorted(earlier, key=lambda one: one[1])
    tree, count, last, sound, keys, gone, accounted, shown, redacted = [], 0, "", 0, [], [], set(), 0, 0
    *lines, rest = (Path(pack) / "entries.jsonl").read_bytes().split(b"\n")
    for raw in [None, *lines, *([b""] if rest else [])]:  # a last line without its end is none
        if raw is not None:  # the first turn is for checkpoints of nothing
            leaves, leaf, why, entry, opened, stated = attempt(read_line, raw) or need(False, "form", count)
            need(count + leaves <= size, "surplus", count)
            need(count % leaves == 0 and (leaves == 1 or why == "outside"), "form", count)
            gone += [count] if why == "tombstone" else []
            shown, redacted = shown + (why is None), redacted + (why == "redacted")
            if why is None:
                need(entry["index"] == count, "order", count)
                need(entry["recordedAt"] >= last, "time", count)
                need(base64.b64encode(leaf).decode() == stated, "hash", count)
                need(attempt(is_opened, entry, opened), "opened", count)
                last, body = entry["recordedAt"], entry["body"]
                if entry["kind"] == "key-change":
                    need(attempt(lambda: is_key_change(origin, count, keys, **body)), "key-change", count)
                    keys += [(body["old"], 0)][len(keys):] + [(body["new"], count + 1)]
                if entry["kind"] == "tombstone":
                    need(attempt(lambda: is_tombstone(last, count, **body)), "tombstone", count)
                    accounted.update(index for a, b in body["ranges"] for index in range(a, b + 1))
            count, tree = count + leaves, [*tree, (leaves, leaf)]
            while len(tree) > 1 and tree[-1][0] == tree[-2][0]:
                tree[-2:] = [(2 * tree[-1][0], sha(b"\1", tree[-2][1], tree[-1][1]))]
        while todo and todo[0][1] <= count:
            need(todo[0][1] == count, "not-comparable")
            sound = need(root_of(tree) == todo.pop(0)[2], "root", sound) or count
    need(count == size, "missing", count)
    need(root_of(tree) == root, "root", sound)
    for index in gone: need(index in accounted, "tombstone", index)
    need(key in [text for text, _ in keys or [(key, 0)]], "key")
    for _, at, _, note in checkpoints:
        in_force = [text for text, start in keys or [(key, 0)] if start <= at][-1]
        need(attempt(lambda: read_key(in_force)[0] == origin and signed_by(note, in_force)), "signature")
    counted = dict(format="archive-sentry-pack/1", gone=len(gone), origin=origin, redacted=redacted, shown=shown, size=size)
    need(attempt(read, "ledger.json") == text_of(counted) + "\n", "manifest")
    return f"{count} entries, {shown} shown, {redacted} redacted, {len(gone)} gone"

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="checks packs of an archive-sentry ledger")
    for name, nargs in ("packs", "+"), ("--key", None), ("--since", "*"): parser.add_argument(name, nargs=nargs, default=[])
    given, good = parser.parse_args(), True
    key, since = given.key and Path(given.key).read_text(), [Path(one).read_bytes().decode() for one in given.since]
    for pack in given.packs:
        try: print(f"{pack}: sound: {verify(pack, key, since)}")
        except Fault as fault: good = print(f"{pack}: NOT SOUND: {fault.args[0]} at entry {fault.args[1]}")
    if not key: print("The key came with the pack: compare key.txt with the one that you were given.")
    sys.exit(0 if good else 1)
