import { z } from "zod";

/** Shapes of the ledger's answers: what anybody needs to check it, and nothing about anybody. */

const index = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
const hash = z.base64().length(44);

export const checkpointResponse = z
  .object({
    /** A signed note: c2sp.org/tlog-checkpoint. */
    checkpoint: z.string(),
    /** The key that signs now, in the form of c2sp.org/signed-note. */
    key: z.string(),
  })
  .meta({ id: "Checkpoint" });
export type CheckpointResponse = z.infer<typeof checkpointResponse>;

/** Of an entry (`index`), or of a smaller tree (`from`), in the tree of `size` entries; of the newest without it. */
export const proofQuery = z.object({ index: index.optional(), from: index.optional(), size: index.optional() });

export const proofResponse = z
  .object({
    size: z.int(),
    index: z.int().optional(),
    from: z.int().optional(),
    /** Leaf hash of the entry. */
    hash: hash.optional(),
    /** The entry as it was hashed, for those who may read the history of access; what it says of persons is sealed. */
    entry: z.base64().optional(),
    /** RFC 9162 §2.1.3 or §2.1.4, in base64. */
    proof: z.array(hash),
  })
  .meta({ id: "Proof" });
export type ProofResponse = z.infer<typeof proofResponse>;
