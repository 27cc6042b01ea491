//! Certificates that were valid before somebody edited them.

use crate::genuine::{Frame, Signed};
use crate::people::{Mock, People, SIZES, Scheme};
use arbitrary::{Result, Unstructured};
use hefu_primitives::{
    Bitmap, BoundedVec, Certificate, Digest, Ed25519, Epoch, GenesisHash, Hash, Signature, Subject,
    Verify, View, codec, limits,
};

/// How many edits one input applies at most.
const EDITS_MAX: usize = 8;

/// Target `certificate_mutations`: a valid certificate of a committee is edited, and then holds
/// if and only if every signature in it is one that its signer gives for what it says now. After
/// a single edit that takes away or adds no whole vote, it holds only if nothing has changed.
///
/// # Panics
/// If its verification says otherwise.
pub fn certificate_mutations(data: &[u8]) {
    // Bytes that run out are zeros, so there is always a certificate to speak of.
    let _ = mutate(&mut Unstructured::new(data));
}

fn mutate(u: &mut Unstructured) -> Result<()> {
    let people = People::of(*u.choose(&SIZES)?);
    // Real signatures are a hundred times dearer to make and to check.
    let real = u.arbitrary::<u8>()? % 64 == 63;
    if real && people.len() <= 10 {
        edit_all(u, people, &Ed25519)
    } else {
        edit_all(u, people, &Mock)
    }
}

fn edit_all(u: &mut Unstructured, people: &People, scheme: &impl Scheme) -> Result<()> {
    let original = original(u, people, scheme)?;
    assert_eq!(original.verify(&people.committee, scheme), Ok(()), "{original:?} is genuine");
    let mut edited = original.clone();
    let (mut edits, mut whole_votes) = (0, 0);
    while !u.is_empty() && edits < EDITS_MAX {
        let mut table = Table { people, scheme, certificate: edited };
        whole_votes += usize::from(table.edit(u)?);
        edited = table.certificate;
        edits += 1;
    }
    let accepted = edited.verify(&people.committee, scheme).is_ok();
    assert_eq!(accepted, edited.holds(people, scheme), "the verdict on {edited:?}");
    let decided = edits == 1 && whole_votes == 0;
    assert!(!decided || accepted == (edited == original), "{original:?} became {edited:?}");
    Ok(())
}

/// A valid certificate: any signers, as many as a quorum or more, in any view.
fn original(u: &mut Unstructured, people: &People, scheme: &impl Scheme) -> Result<Certificate> {
    let (size, quorum) = (people.len(), people.quorum());
    let count = u.int_in_range(quorum..=size)?;
    let first = u.int_in_range(0..=size - 1)?;
    let mut signers: Vec<u8> = (0..count).map(|step| (first + step) % size).collect();
    signers.sort_unstable();
    let view = View::new(u.int_in_range(0..=3)?);
    let subject = subject(u)?;
    Ok(people.certificate(scheme, &signers, view, subject))
}

fn subject(u: &mut Unstructured) -> Result<Subject> {
    let digest = Digest::new(Hash::from_bytes([u.int_in_range(0..=1)?; 32]));
    u.choose(&[Subject::Notarize(digest), Subject::Nullify, Subject::Finalize(digest)]).copied()
}

/// A certificate in the hands of its editor.
struct Table<'a, S> {
    people: &'a People,
    scheme: &'a S,
    certificate: Certificate,
}

impl<S: Scheme> Table<'_, S> {
    /// One edit; whether it is one of a whole vote, which may give another valid certificate.
    fn edit(&mut self, u: &mut Unstructured) -> Result<bool> {
        let kind = u.int_in_range(0..=12)?;
        match kind {
            0 => self.edit_place(u)?,
            1 => self.certificate.subject = subject(u)?,
            2 => self.edit_digest(u)?,
            3 => self.edit_bitmap(u, |bytes, at| bytes[at / 8] ^= 1 << (at % 8))?,
            4 => self.edit_bitmap(u, |bytes, at| bytes.insert(at / 8, 0))?,
            5 => self.edit_bitmap(u, |bytes, at| _ = bytes.remove(at / 8))?,
            6 => self.edit_signatures(u, |all, at, _| _ = all.remove(at))?,
            7 => self.edit_signatures(u, |all, at, other| all.insert(at, all[other]))?,
            8 => self.edit_signatures(u, |all, at, other| all.swap(at, other))?,
            9 => self.edit_signature(u)?,
            10 => self.replay(u)?,
            11 => self.edit_encoded(u)?,
            _ => self.edit_vote(u)?,
        }
        Ok(kind == 12)
    }

    fn edit_place(&mut self, u: &mut Unstructured) -> Result<()> {
        let certificate = &mut self.certificate;
        match u.int_in_range(0..=2)? {
            0 => certificate.epoch = Epoch::new(u.arbitrary()?),
            1 => certificate.view = View::new(u.arbitrary()?),
            _ => {
                let genesis = flip(u, *certificate.genesis.hash().as_bytes())?;
                certificate.genesis = GenesisHash::new(Hash::from_bytes(genesis));
            }
        }
        Ok(())
    }

    fn edit_digest(&mut self, u: &mut Unstructured) -> Result<()> {
        let subject = self.certificate.subject;
        let digest = subject.digest().unwrap_or_default();
        let digest = Digest::new(Hash::from_bytes(flip(u, *digest.hash().as_bytes())?));
        self.certificate.subject = match subject {
            Subject::Notarize(_) => Subject::Notarize(digest),
            Subject::Finalize(_) => Subject::Finalize(digest),
            Subject::Nullify => Subject::Nullify,
        };
        Ok(())
    }

    /// Edits the bitmap at one of its bits, if it has any, and if what comes of it is a bitmap.
    fn edit_bitmap(
        &mut self,
        u: &mut Unstructured,
        edit: impl FnOnce(&mut Vec<u8>, usize),
    ) -> Result<()> {
        let mut bytes = self.certificate.signers.as_bytes().to_vec();
        if !bytes.is_empty() {
            let at = u.choose_index(bytes.len() * 8)?;
            edit(&mut bytes, at);
        }
        if let Ok(bytes) = BoundedVec::new(bytes) {
            self.certificate.signers = Bitmap::from_bytes(bytes);
        }
        Ok(())
    }

    /// Edits the signatures at two of their places, if there are any, and if not too many come of
    /// it.
    fn edit_signatures(
        &mut self,
        u: &mut Unstructured,
        edit: impl FnOnce(&mut Vec<Signature>, usize, usize),
    ) -> Result<()> {
        let mut signatures = self.certificate.signatures.to_vec();
        if !signatures.is_empty() {
            let (at, other) =
                (u.choose_index(signatures.len())?, u.choose_index(signatures.len())?);
            edit(&mut signatures, at, other);
        }
        if let Ok(signatures) = BoundedVec::new(signatures) {
            self.certificate.signatures = signatures;
        }
        Ok(())
    }

    fn edit_signature(&mut self, u: &mut Unstructured) -> Result<()> {
        let (at, bit) = (u.arbitrary::<u8>()? % 64, u.arbitrary::<u8>()? % 8);
        self.edit_signatures(u, |all, place, _| {
            let mut bytes = *all[place].as_bytes();
            bytes[usize::from(at)] ^= 1 << bit;
            all[place] = Signature::from_bytes(bytes);
        })
    }

    /// Puts in place of one signature one that a member gave at another time: for another
    /// network, epoch, incarnation, view or subject, or as another member.
    fn replay(&mut self, u: &mut Unstructured) -> Result<()> {
        let (mut view, mut subject) = (self.certificate.view.get(), self.certificate.subject);
        let mut author = u.int_in_range(0..=self.people.len() - 1)?;
        let mut frame = Frame::of(self.people, author);
        match u.int_in_range(0..=5)? {
            0 => frame.genesis = flip(u, frame.genesis)?,
            1 => frame.epoch = frame.epoch.wrapping_add(1),
            2 => frame.incarnation = flip(u, frame.incarnation)?,
            3 => view = view.wrapping_add(1),
            4 => subject = self::subject(u)?,
            _ => author = (author + 1) % self.people.len(),
        }
        let signature = self.scheme.sign(self.people, author, &frame.vote_bytes(view, &subject));
        self.edit_signatures(u, |all, place, _| all[place] = signature)
    }

    /// Damages the encoding.
    fn edit_encoded(&mut self, u: &mut Unstructured) -> Result<()> {
        let mut bytes = codec::encode(&self.certificate);
        let at = u.choose_index(bytes.len())?;
        bytes[at] = u.arbitrary()?;
        if let Ok(certificate) = codec::decode(&bytes, limits::CERTIFICATE_BYTES_MAX) {
            self.certificate = certificate;
        }
        Ok(())
    }

    /// Takes away the vote of a signer, or adds one of a member who was none.
    fn edit_vote(&mut self, u: &mut Unstructured) -> Result<()> {
        let author = u.int_in_range(0..=self.people.len() - 1)?;
        let certificate = &mut self.certificate;
        let before = certificate.signers.iter().take_while(|signer| signer.get() < author).count();
        let was = certificate.signers.iter().any(|signer| signer.get() == author);
        let mut bytes = certificate.signers.as_bytes().to_vec();
        let mut signatures = certificate.signatures.to_vec();
        if let Some(byte) = bytes.get_mut(usize::from(author / 8))
            && before < signatures.len()
        {
            *byte ^= 1 << (author % 8);
            if was {
                signatures.remove(before);
            } else {
                let bytes = Frame::of(self.people, author)
                    .vote_bytes(certificate.view.get(), &certificate.subject);
                signatures.insert(before, self.scheme.sign(self.people, author, &bytes));
            }
        }
        certificate.signers = Bitmap::from_bytes(BoundedVec::first_of(bytes));
        certificate.signatures = BoundedVec::first_of(signatures);
        Ok(())
    }
}

fn flip<const N: usize>(u: &mut Unstructured, mut bytes: [u8; N]) -> Result<[u8; N]> {
    let at = u.choose_index(N)?;
    bytes[at] ^= 1 << u.int_in_range(0..=7)?;
    Ok(bytes)
}
