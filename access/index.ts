/** Who was in which room by whose leave, and the ledger that proves that the record of it is whole. */
export * from "./ledger/tree.ts";
