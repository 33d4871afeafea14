import { generateKeyPairSync } from "node:crypto";
import { describe, expect, test } from "vitest";
import { addSignatures, parseCheckpoint, signCheckpoint } from "../../access/ledger/checkpoint.ts";
import {
  formatNote,
  isSignedBy,
  parseNote,
  parseSigner,
  parseVerifierKey,
  signerText,
} from "../../access/ledger/note.ts";
import { isSignedInSm2, sm2IsOffered, sm2Signer } from "../../access/ledger/sm2.ts";
import { emptyRoot } from "../../access/ledger/tree.ts";

/** The example that golang.org/x/mod/sumdb/note publishes. */
const go = {
  signer: "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
  verifier: "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  line: "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=",
};
/** The example of c2sp.org/signed-note. */
const c2sp = {
  verifier: "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
  note: "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n",
};

describe("signed notes", () => {
  test("the published key signs the published text with the published signature", () => {
    const signer = parseSigner(go.signer);
    expect(signer.verifierKey).toBe(go.verifier);
    expect(signer.sign(go.text)).toBe(go.line);
  });

  test.each([
    [go.verifier, formatNote(go.text, [go.line])],
    [c2sp.verifier, c2sp.note],
  ])("%s is found on its note, and on no changed one", (verifier, note) => {
    const key = parseVerifierKey(verifier)!;
    expect(isSignedBy(parseNote(note)!, key)).toBe(true);
    for (let at = 0; at < note.length; at++) {
      const changed = note.slice(0, at) + String.fromCharCode(note.charCodeAt(at) ^ 1) + note.slice(at + 1);
      const parsed = parseNote(changed);
      expect(parsed !== null && isSignedBy(parsed, key)).toBe(false);
    }
  });

  test("a verifier key with anything wrong in it is no key", () => {
    for (let from = 0; from <= go.verifier.length; from++) {
      for (let to = from + 1; to <= go.verifier.length; to++) {
        const piece = go.verifier.slice(from, to);
        if (piece !== go.verifier) expect(parseVerifierKey(piece)).toBeNull();
      }
    }
    expect(parseVerifierKey("PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==")).toBeNull();
    expect(parseVerifierKey("PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")).toBeNull();
  });

  test("a known key's second, wrong signature spoils the note; an unknown key's is left alone", () => {
    const key = parseVerifierKey(go.verifier)!;
    const other = parseSigner(signerText("witness", Buffer.alloc(32, 7)));
    const wrong = parseSigner(go.signer).sign(`${go.text}x\n`);
    expect(isSignedBy(parseNote(formatNote(go.text, [go.line, wrong]))!, key)).toBe(false);
    expect(isSignedBy(parseNote(formatNote(go.text, [other.sign("something else\n"), go.line]))!, key)).toBe(true);
  });
});

describe("checkpoints", () => {
  const signer = parseSigner(signerText("archive-sentry/north/x7", Buffer.alloc(32, 1)));
  const checkpoint = { origin: "archive-sentry/north/x7", size: 20_852_163, root: emptyRoot };

  test("have the form of c2sp.org/tlog-checkpoint and are read back", () => {
    const text = signCheckpoint(checkpoint, [signer]);
    expect(text).toMatch(/^archive-sentry\/north\/x7\n20852163\n47DEQpj8HBSa\+\/TImW\+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— /);
    const read = parseCheckpoint(text)!;
    expect(read).toMatchObject(checkpoint);
    expect(isSignedBy(read.note, parseVerifierKey(signer.verifierKey)!)).toBe(true);
  });

  test.each(["", "o\n1\n", "o\n01\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n", "o\n-1\nAAAA\n", "o\n1\nAAAA\n"])(
    "%j is none",
    (text) => expect(parseCheckpoint(formatNote(text, [signer.sign(text)]))).toBeNull(),
  );

  test("a witness's line is added beside the ledger's, on the same text only", () => {
    const witness = parseSigner(signerText("witness.example.org", Buffer.alloc(32, 9)));
    const own = signCheckpoint(checkpoint, [signer]);
    const both = addSignatures(own, signCheckpoint(checkpoint, [witness]))!;
    const note = parseNote(both)!;
    for (const one of [signer, witness]) expect(isSignedBy(note, parseVerifierKey(one.verifierKey)!)).toBe(true);
    expect(addSignatures(own, signCheckpoint({ ...checkpoint, size: 1 }, [witness]))).toBeNull();
  });

  test.runIf(sm2IsOffered())("carry a line in SM2 with SM3 where this Node offers it", () => {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "SM2" });
    const pem = privateKey.export({ format: "pem", type: "pkcs8" }).toString();
    const publicPem = publicKey.export({ format: "pem", type: "spki" }).toString();
    const name = checkpoint.origin;
    const note = parseNote(signCheckpoint(checkpoint, [signer, sm2Signer(name, pem)]))!;
    expect(isSignedInSm2(note, name, publicPem)).toBe(true);
    expect(isSignedInSm2({ ...note, text: `${note.text}x` }, name, publicPem)).toBe(false);
    expect(isSignedBy(note, parseVerifierKey(signer.verifierKey)!)).toBe(true);
  });
});
