//! What codes mean. They never change their meaning; a new meaning is a new code.

/// Codes that begin alike.
#[derive(Debug)]
pub(super) struct Family {
    /// How they begin.
    pub(super) name: &'static str,
    /// How they end.
    pub(super) codes: &'static str,
    /// What they are about.
    pub(super) about: &'static str,
    /// What to do.
    pub(super) next: &'static str,
}

const fn family(
    name: &'static str,
    codes: &'static str,
    about: &'static str,
    next: &'static str,
) -> Family {
    Family { name, codes, about, next }
}

/// All of them.
pub(super) const FAMILIES: &[Family] = &[
    family(
        "rejected",
        "anchor_exists cap_reached compromised_later control controller controllers did_ended \
         did_exists did_unknown expired expires_too_late key_taken key_unknown not_for_persons \
         not_registrar not_suspended nothing_applies organisation_exists organisation_key \
         organisation_number organisation_unknown other_registrar previous replayed \
         second_organisation sequence suspended_before suspension_span too_many too_many_pending \
         unauthorised",
        "The transaction is well made, and does not apply to the ledger as it is now. Nothing was done.",
        "see what the DID or the organisation is now: hefu resolve, hefu org show",
    ),
    family(
        "transaction",
        "consent erased identifier key kind malformed network ordering payload_hash possession \
         signature signature_count signer signer_missing signer_order subject",
        "The transaction itself is wrong: no state of the ledger would take it.",
        "make it anew, for this network; a file may have been altered or cut short",
    ),
    family(
        "mempool",
        "did_busy disk_low full sequence_taken share_full source_full source_wasteful too_large unreadable",
        "The node does not take the transaction up now. Nothing was done.",
        "repeat the command in a moment, or ask another node with --url",
    ),
    family(
        "bundle",
        "ahead behind block block_place body_kind damaged encoding entry fork header_epoch \
         header_genesis header_height header_validators history_rewritten history_sizes key_not_held \
         log log_transaction next_validators not_a_did not_boundary not_final not_older not_written \
         older_not_included other_fact other_network other_record other_time other_validators \
         other_write outcome outcome_place payload record_kind record_missing record_present stale \
         state_proof transaction transaction_count unproved version version_again version_count \
         write write_missing write_of_skipped",
        "What a node has answered could not be verified from the pinned genesis. It is not shown, \
         because it may be false.",
        "ask another node with --url, and tell whoever runs this one",
    ),
    family(
        "build",
        "future key_unknown not_final not_in_batch too_large transaction_unknown unreadable \
         validators_unknown",
        "The node cannot make the proof that was asked for.",
        "see whether the name or the height is right, or ask another node with --url",
    ),
    family(
        "client",
        "foreign no_node no_quorum not_found other_network outcome_unknown receipt state_damaged \
         state_unreadable state_unwritable unreachable",
        "Something between this command and the nodes.",
        "hefu status shows which nodes answer",
    ),
    family(
        "context",
        "genesis no_key no_registrar none other_network unknown",
        "The context of the command: which network is meant, and who acts there.",
        "hefu context list shows what is known, hefu config show --origin what is set",
    ),
    family(
        "config",
        "unusable",
        "A file or a directory of the settings cannot be used.",
        "make the directory yours, or name another with HEFU_HOME",
    ),
    family(
        "did",
        "absent ended",
        "The DID that was asked for.",
        "see whether it is spelt right; hefu resolve with --at-time shows what it was",
    ),
    family(
        "organisation",
        "absent no_key",
        "The organisation that was asked for.",
        "hefu org list shows them",
    ),
    family(
        "tx",
        "nothing_to_sign unsigned",
        "A transaction that several sign.",
        "hefu tx sign adds signatures, hefu tx submit hands in what everybody has signed",
    ),
    family(
        "registrar",
        "interrupted unproved",
        "A stream of enrolments stopped on its way.",
        "run the command that the error names: it goes on where this one stopped",
    ),
    family(
        "node",
        "acts failed home listen other_network setup silent stopped store",
        "A node, which cannot be started or asked.",
        "hefu node check says what start needs; the operator guide has a row for each exit code",
    ),
    family(
        "testnet",
        "failed none",
        "A local network of real processes.",
        "hefu testnet status shows its nodes, hefu testnet logs what they said",
    ),
    family(
        "output",
        "unwritable",
        "Standard output cannot be written. What the command did besides is done.",
        "make room or write elsewhere, and ask what was done: hefu resolve, hefu tx status",
    ),
    family(
        "explain",
        "unknown",
        "A code that does not exist.",
        "hefu explain without a code lists all of them",
    ),
    family(
        "wallet",
        "control_unknown controllers damaged elsewhere ended enrolled full hardness in_use lock \
         missing no_did not_a_wallet not_enrolled not_expired not_ours not_pending passphrase \
         pending platform too_large unknown_did unknown_key used_up version",
        "A holder's wallet. Nothing was changed in it.",
        "hefu wallet show lists what the wallet has",
    ),
    family(
        "words",
        "checksum count none unknown",
        "The 24 words that bring a wallet back.",
        "compare each word with what was written down, in its order",
    ),
    family(
        "passphrase",
        "differ empty no_terminal too_long too_short",
        "A passphrase. It is never given as a flag, which every process of a machine could read.",
        "type it, or name a file that holds it with --passphrase-file",
    ),
    family(
        "keyfile",
        "encrypting locked not_ed25519 not_pem other_key scheme unencrypted",
        "A key file of a node or an organisation: PKCS#8 in PEM, as openssl pkey reads it.",
        "see whether it is the right file and the right passphrase",
    ),
    family(
        "keys",
        "random",
        "The operating system gives no random bytes, without which nothing secret can be made.",
        "see what is wrong with the machine",
    ),
    family(
        "file",
        "exists exposed missing not_plain not_text too_long unreadable unwritable",
        "A file of secrets.",
        "see whether the name is right, and whether the file is yours alone (chmod 600)",
    ),
    family(
        "genesis",
        "delta few_validators founders key key_order nobody organisation_number organisation_order \
         other parameters protocol_version roles rule shared_key start unsatisfiable validator_key",
        "The genesis: what a network begins with. Nobody can mend it later, so it is refused now.",
        "get the file anew from a founder, and compare its hash",
    ),
    family(
        "founders",
        "missing not_founder order signature",
        "The founders' signatures under a genesis.",
        "have the founders sign it: every founding member must",
    ),
    family(
        "join",
        "differs nothing",
        "Joining the copies of a genesis that founders have signed.",
        "have everybody sign the same file",
    ),
    family(
        "json",
        "form hex kind missing repeated syntax too_long too_many unknown word wrong",
        "A JSON text. It is read strictly, so that nobody is shown one thing and signs another.",
        "mend the field that the message names",
    ),
    family(
        "receipt",
        "key signature",
        "A node's signed word that it took a transaction up.",
        "keep the answer, and tell whoever runs the node",
    ),
    family(
        "api",
        "body_incomplete body_malformed body_too_large busy connections halted internal media_type method \
         not_acceptable not_found parameter path_unknown query stopping",
        "A node's HTTP API does not answer the request.",
        "see whether the node is of this version; hefu status shows it",
    ),
    family(
        "login",
        "bad_signature expired not_yet other_challenge replayed span stale_checkpoint too_many",
        "A login by DID. Nobody was let in: this answer is not, or no longer, good for this challenge.",
        "make a new challenge, and have it answered: hefu login challenge",
    ),
    family(
        "login",
        "domain other_domain other_network other_platform",
        "A login by DID. Nobody was let in: the challenge is not from the site that shows it, which may be a trap.",
        "do not answer it; go to the site by an address that you know",
    ),
    family(
        "login",
        "deactivated key_not_for_authentication key_not_of_did key_not_valid_now revoked suspended unknown_did",
        "A login by DID. Nobody was let in: the ledger does not let this DID, or this key of it, log in.",
        "see what the ledger says of the DID: hefu resolve; a suspension ends by itself or by hefu reinstate",
    ),
    family(
        "testnet",
        "no_strace",
        "A local network lacks a program that lets things go wrong in it.",
        "install it: apt-get install strace",
    ),
    family(
        "why",
        "catching_up clock disk_low idle leader_slow no_peers no_quorum stale unreachable working",
        "Why no block comes, as a node sees it. Nobody can prove it.",
        "ask whoever runs the validators that are missing",
    ),
];

/// Codes that stand alone, for whatever has none of its own.
pub(super) const ALONE: &[Family] = &[
    family(
        "usage",
        "",
        "The command cannot be understood or carried out as it stands. Nothing was done.",
        "mend the line; hefu help, or --help behind a command, says how it is meant",
    ),
    family(
        "fault",
        "",
        "Something failed that no other code is for: this machine, or the program.",
        "see to what the message names and repeat the command; if it stays so, report the message",
    ),
];
