//! What single codes mean, where their family does not say enough or advises what does not help.

/// Codes of which there is more to say: what each means, and what to do.
pub(super) const CODES: &[(&str, &str, &str)] = &[
    (
        "rejected.expired",
        "Its time was over before a block took it. It will never be done.",
        "repeat the command: it makes a new transaction",
    ),
    ("rejected.did_exists", "The DID is enrolled already.", "look at it: hefu resolve"),
    (
        "rejected.key_taken",
        "A key belongs to one DID for ever, also after it was revoked.",
        "make another key, or another wallet",
    ),
    (
        "rejected.cap_reached",
        "An organisation may do so much alone in a span of time, so that a stolen key does bounded harm.",
        "have a second organisation sign too (--with), or wait for the next span",
    ),
    (
        "rejected.unauthorised",
        "The network's rule asks for signatures that are not there.",
        "name who else signs: --with NUMBER",
    ),
    (
        "rejected.second_organisation",
        "This takes two distinct organisations, whatever the rule says.",
        "name a second one: --with NUMBER",
    ),
    (
        "rejected.suspended_before",
        "The organisation that suspended a DID last must let it rest, or leave it to another.",
        "have another organisation ask for it: --by NUMBER",
    ),
    (
        "rejected.sequence",
        "Another operation of the holder came first, perhaps by another copy of the wallet.",
        "repeat the command; if it stays so, restore the wallet from its words",
    ),
    (
        "rejected.control",
        "The control keys are not those that the last operation named: the wallet is not the newest.",
        "restore the wallet from its words: hefu wallet restore",
    ),
    (
        "rejected.other_registrar",
        "The holder named one registrar in the request, and no other can attest it.",
        "have that registrar attest it, or have the request made anew",
    ),
    (
        "rejected.nothing_applies",
        "Each entry of the batch exists already, has a key that is taken, or is beyond the cap.",
        "look at one of the DIDs: hefu resolve",
    ),
    (
        "transaction.network",
        "It was signed for another network. A signature never counts in two.",
        "choose the context of that network, or make it anew",
    ),
    (
        "mempool.sequence_taken",
        "Another operation of the same DID is pending.",
        "wait until that one is final, and repeat the command",
    ),
    (
        "bundle.stale",
        "The node's newest block is too old to say anything about now: it may be cut off, or the \
         network may stand still.",
        "hefu why says whether the network stands still; else ask another node with --url",
    ),
    (
        "bundle.behind",
        "The node is behind what was verified before. Nobody goes back: former validators could sign \
         another past.",
        "ask another node with --url, or wait until this one has caught up",
    ),
    (
        "bundle.ahead",
        "The node's newest block is later than this machine's clock.",
        "set the clock of this machine right",
    ),
    (
        "bundle.fork",
        "Two final blocks stand at one height: more than a third of the validators have signed both. \
         This is the gravest alarm there is.",
        "keep both answers, stop relying on the network, and tell every operator",
    ),
    (
        "bundle.not_final",
        "The header was not signed by a quorum of the validators: it may be a lie.",
        "tell whoever runs this node, and ask another with --url",
    ),
    (
        "bundle.other_fact",
        "The proof holds, and is about something else than what was asked.",
        "tell whoever runs this node, and ask another with --url",
    ),
    (
        "build.not_final",
        "The node has no final block yet, so there is nothing that it could prove.",
        "repeat the command in a moment; hefu why says why no block comes",
    ),
    (
        "client.unreachable",
        "No node that is named answers.",
        "see whether a node runs there; hefu context show lists the addresses",
    ),
    (
        "client.outcome_unknown",
        "The transaction was sent, and nobody can say yet what becomes of it. To repeat it does no harm.",
        "hefu tx wait with its identifier",
    ),
    (
        "client.no_quorum",
        "Fewer validators are there than must agree. What was submitted waits, until it expires.",
        "hefu why says who is missing",
    ),
    (
        "client.other_network",
        "The node belongs to another network than the pinned genesis.",
        "choose another context with --context, or another node with --url",
    ),
    (
        "client.state_damaged",
        "The file of the last verified checkpoint holds something else. Without it a client could be \
         led back to an old past.",
        "look at the file, and remove it if you know why",
    ),
    (
        "why.clock",
        "A clock is so far off that the validators do not take part in agreement together: blocks must \
         be near the clock of whoever votes for them.",
        "set the clock of that machine right, and see that it stays so (NTP)",
    ),
    (
        "wallet.passphrase",
        "The passphrase does not open the wallet.",
        "try again; without it, only the 24 words bring the wallet back",
    ),
    (
        "wallet.pending",
        "An operation of this DID is under way, and a control key signs once.",
        "repeat the command: it first finishes what is under way",
    ),
    (
        "wallet.elsewhere",
        "The ledger has operations of this DID that this wallet has not made.",
        "restore the wallet from its words: hefu wallet restore",
    ),
    ("wallet.enrolled", "The wallet has a DID for this platform.", "hefu wallet show lists it"),
    (
        "testnet.none",
        "No local network runs, or another is meant.",
        "start one: hefu testnet up; or name its directory: --dir DIR",
    ),
    (
        "node.setup",
        "The configuration, the genesis or the key is not right. To try again changes nothing.",
        "mend what the sentence names, and look again: hefu node check DIR",
    ),
    (
        "node.home",
        "The node's directory is not there, or another process works in it.",
        "mount the disk, or stop the process that is named; hefu node init makes a new directory",
    ),
    (
        "node.store",
        "The store of blocks and state cannot be opened.",
        "a follower fetches it anew once the folder store is removed; a validator takes that of a \
         stopped follower",
    ),
    (
        "node.acts",
        "The acts log cannot be opened: nobody knows what this key has signed, and to sign again \
         could be to contradict it.",
        "a validator waits for a person, and never gets a new log; a follower, which signs nothing, \
         begins a new one once the folder acts is removed",
    ),
    (
        "node.listen",
        "An address of the node cannot be listened on.",
        "see which program has the port, or choose another: --set http.listen=ADDRESS",
    ),
    (
        "node.failed",
        "A write, a sync or a read failed while the node ran. It has stopped before it could do harm.",
        "see to the disk, and start the node again when it is sound",
    ),
    ("node.stopped", "No process works in the node's directory.", "hefu node start DIR"),
    (
        "node.silent",
        "A process works in the node's directory, and does not answer where its API should be.",
        "look at the node's log; while it starts or stops it answers nobody",
    ),
    (
        "node.other_network",
        "What answers where the node's API should be is a node of another network.",
        "compare http.listen of both nodes: hefu node check DIR",
    ),
    (
        "keyfile.locked",
        "The passphrase does not open the key file.",
        "see whether it is the right file and the right passphrase",
    ),
    (
        "keyfile.unencrypted",
        "Only a development network takes a key that lies open.",
        "encrypt it: openssl pkcs8 -topk8 -v2prf hmacWithSHA256 -scrypt",
    ),
    (
        "rejected.compromised_later",
        "A key cannot have been in other hands since a time that is still to come.",
        "name a moment that has passed: --compromised-since",
    ),
    (
        "rejected.controller",
        "A controller of the DID is unknown, has ended, or has not signed with a key that acts for it.",
        "see what the controller is: hefu resolve; it signs with a key for invocation",
    ),
    (
        "rejected.controllers",
        "Controllers of the DID must agree, and too few have signed.",
        "have another controller sign: hefu tx sign",
    ),
    (
        "rejected.did_ended",
        "The DID was deactivated or revoked, and never comes back.",
        "enrol a new one: hefu enrol, or hefu wallet request",
    ),
    (
        "rejected.did_unknown",
        "The ledger has no such DID.",
        "see whether it is spelt right; enrol it first: hefu enrol",
    ),
    (
        "rejected.expires_too_late",
        "It would be valid for longer than the network remembers what it has executed.",
        "set the clock of this machine right, and repeat the command",
    ),
    (
        "rejected.key_unknown",
        "The DID has no such key.",
        "hefu key list shows the keys that it has",
    ),
    (
        "rejected.not_registrar",
        "Only a registrar in good standing enrols, with a key that it has now.",
        "name another with --registrar NUMBER; hefu org list shows them",
    ),
    (
        "registrar.unproved",
        "A node says that an enrolment can never be done, and the ledger, which is verified, has neither the \
         DID nor its keys.",
        "run the command that the error names, with another node if it happens again",
    ),
    (
        "rejected.organisation_exists",
        "Another organisation has the number.",
        "choose another number; hefu org list shows those that are taken",
    ),
    (
        "rejected.organisation_key",
        "The organisation is suspended, or does not have the key that signed any more.",
        "see which keys it has: hefu org show; name their files in the context",
    ),
    (
        "rejected.organisation_number",
        "A network has organisations up to a certain number.",
        "choose a smaller number; hefu org list shows those that are taken",
    ),
    (
        "rejected.organisation_unknown",
        "No organisation has the number.",
        "hefu org list shows them",
    ),
    (
        "rejected.previous",
        "The wallet does not know the last operation of its DID: another copy has made it, or a thief.",
        "restore the wallet from its words: hefu wallet restore",
    ),
    (
        "rejected.replayed",
        "It was executed before, and is not executed twice.",
        "nothing is left to do; hefu tx status with its identifier says where it stands",
    ),
    (
        "rejected.suspension_span",
        "A suspension ends after the one that stands, and not later than the network allows.",
        "choose another end between the two times that the message names: --days or --until",
    ),
    (
        "rejected.too_many",
        "A document holds so many keys and services, also counting those that are gone.",
        "revoke what is no longer used: hefu key revoke; or deactivate the DID and enrol anew",
    ),
    (
        "rejected.too_many_pending",
        "So many operations of one organisation may expire in one minute.",
        "repeat the command: it draws another expiry",
    ),
    (
        "mempool.too_large",
        "The transaction has more bytes than any may have.",
        "make it smaller: fewer entries in a batch",
    ),
    (
        "mempool.unreadable",
        "The node cannot read its own store.",
        "ask another node with --url, and tell whoever runs this one",
    ),
    (
        "build.future",
        "The chain has not come to the time or the height that was asked for.",
        "choose an earlier one; hefu status shows how far the chain has come",
    ),
    (
        "build.unreadable",
        "The node cannot read its own store.",
        "ask another node with --url, and tell whoever runs this one",
    ),
    (
        "client.foreign",
        "Something answers there that is no node, or a node of another version.",
        "see whether the address and the port are those of a node's HTTP API",
    ),
    (
        "client.no_node",
        "No node is named.",
        "name one with --url, or choose a context: hefu context list",
    ),
    (
        "client.not_found",
        "The node knows of no such thing. That there is none cannot be proved.",
        "see whether it is spelt right, or ask another node with --url",
    ),
    (
        "client.receipt",
        "The node's word for having taken the transaction up does not hold.",
        "ask another node with --url, and tell whoever runs this one",
    ),
    (
        "client.state_unreadable",
        "The file of the last verified checkpoint cannot be read.",
        "make the directory yours, or name another with HEFU_HOME",
    ),
    (
        "client.state_unwritable",
        "The last verified checkpoint cannot be kept, and nothing is shown that could not be held on to.",
        "make room on the disk and the directory yours, or name another with HEFU_HOME",
    ),
    (
        "wallet.controllers",
        "Others must agree to what is done with this DID.",
        "have the controllers sign what --dry-run prints: hefu tx sign",
    ),
    (
        "wallet.damaged",
        "The wallet's file is not as it was written.",
        "bring a copy back, or make it anew from its 24 words: hefu wallet restore",
    ),
    (
        "wallet.ended",
        "The DID was deactivated or revoked, and never comes back.",
        "enrol a new one: hefu enrol, or hefu wallet request",
    ),
    ("wallet.full", "One wallet holds so many DIDs.", "make another wallet: hefu wallet create"),
    (
        "wallet.hardness",
        "No honest wallet takes so much memory or time to open.",
        "see whether it is the right file, and who has changed it",
    ),
    (
        "wallet.in_use",
        "One command at a time changes a wallet.",
        "wait until the other command has ended, and repeat this one",
    ),
    (
        "wallet.lock",
        "The file beside the wallet that keeps other commands away cannot be made or locked.",
        "make room on the disk, and the directory yours",
    ),
    (
        "wallet.missing",
        "There is no wallet of that name, or no such file.",
        "hefu wallet list shows them, hefu wallet create makes one",
    ),
    (
        "wallet.not_a_wallet",
        "The file is something else.",
        "see whether it is the right file; hefu wallet list shows the wallets that have names",
    ),
    (
        "wallet.not_enrolled",
        "The wallet has made a request, and does not know of the enrolment yet.",
        "hand the request to the registrar; if it is enrolled: hefu wallet restore finds it",
    ),
    (
        "wallet.platform",
        "A platform's name is lower case, since keys follow from it.",
        "write it as a host name, such as bank.example",
    ),
    (
        "wallet.used_up",
        "The DID has had as many keys as one place of a wallet gives.",
        "deactivate it and enrol anew: hefu deactivate, hefu enrol",
    ),
    (
        "wallet.version",
        "A later version of this program has written the wallet.",
        "open it with that version",
    ),
    ("words.none", "The 24 words are read from standard input.", "hefu wallet restore NAME < FILE"),
    (
        "passphrase.differ",
        "It is asked twice, so that nobody locks a wallet with a slip of the finger.",
        "repeat the command, and type the same twice",
    ),
    (
        "passphrase.too_short",
        "Whoever has the file can try passphrases as fast as a machine computes.",
        "choose a longer one: a few words do",
    ),
    ("file.exists", "What is there is not overwritten.", "name another file"),
    ("file.missing", "There is no such file.", "see whether its name is right"),
    (
        "file.unreadable",
        "The operating system does not let the file be read.",
        "see whether the file is yours, and the disk sound",
    ),
    (
        "file.unwritable",
        "The operating system does not let the file be written. What was there before still is.",
        "make room on the disk and the directory yours, and repeat the command",
    ),
    (
        "config.unusable",
        "A file or a directory of the settings cannot be read or written.",
        "make room on the disk and the directory yours, or name another with HEFU_HOME",
    ),
    (
        "api.busy",
        "The node has as much to do as it can.",
        "repeat the command in a moment, or ask another node with --url",
    ),
    (
        "api.halted",
        "The node signs nothing any more, since it has met what must not be.",
        "ask another node with --url; hefu why says what this one has met",
    ),
    (
        "api.internal",
        "The node has failed.",
        "ask another node with --url, and tell whoever runs this one",
    ),
    (
        "api.not_found",
        "The node knows of no such thing. That there is none cannot be proved.",
        "see whether it is spelt right, or ask another node with --url",
    ),
    (
        "api.stopping",
        "The node is being stopped.",
        "ask another node with --url, or this one when it is back",
    ),
    (
        "why.catching_up",
        "The node is behind the others, and fetches what it lacks.",
        "wait: its height goes up; hefu node status shows how far it has to go",
    ),
    (
        "why.disk_low",
        "A node with too little room on its disk takes no part, so as to lose nothing.",
        "make room on that machine; the node takes part again by itself",
    ),
    ("why.idle", "Nothing waits for a block.", "nothing is wrong"),
    (
        "why.leader_slow",
        "One validator has the turn and makes no block. Its turn ends by itself.",
        "ask whoever runs that validator, if it is so again and again",
    ),
    (
        "why.no_peers",
        "The node is connected with nobody.",
        "see whether its peers run, and whether their address book lists its key",
    ),
    (
        "why.stale",
        "The last block is older than even an idle network lets it become.",
        "see whether the clock of that machine is right, and whether its peers run",
    ),
    ("why.working", "Transactions wait, and the next block is under way.", "nothing is wrong"),
];
