//! Wallets in files: what survives, what is refused, who may use them.

use super::*;
use hefu_ledger::organisation::OrganisationId;
use hefu_ledger::record::Class;
use hefu_primitives::{GenesisHash, Timestamp};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

const SOFT: Hardness = Hardness { memory_kib: 8, passes: 1, lanes: 1 };

fn phrase(text: &str) -> Passphrase {
    Passphrase::new(text.to_owned()).unwrap()
}

fn fresh() -> (TempDir, PathBuf, WalletFile) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet");
    let wallet = Wallet::in_memory(Seed::from_bytes([1; 32]));
    let file = WalletFile::create(&path, &phrase("open sesame"), SOFT, wallet).unwrap();
    (folder, path, file)
}

fn request(wallet: &mut Wallet) -> Result<hefu_ledger::DidId, WalletError> {
    let platform = "bank.example".parse().unwrap();
    let registrar = OrganisationId::new(1);
    let asked = wallet.request(GenesisHash::default(), &platform, registrar, Class::Person)?;
    Ok(asked.0)
}

fn code<T>(result: Result<T, WalletFileError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "ok")
}

#[test]
fn a_change_is_in_the_file_when_its_result_comes_out() {
    let (_folder, path, mut file) = fresh();
    let did = file.change(request).unwrap();
    let transaction = file.change(|wallet| {
        let account = wallet.account_mut(&did)?;
        account.enrolled();
        account.prepare(&super::super::Change::Rotate, Timestamp::new(1_000))
    });
    let transaction = transaction.unwrap();
    // As after a crash: nothing but the file is left.
    let bytes = fs::read(&path).unwrap();
    drop(file);
    assert_eq!(fs::read(&path).unwrap(), bytes);
    let mut again = WalletFile::open(&path, &phrase("open sesame")).unwrap();
    let pending = again.wallet().account(&did).unwrap().pending().unwrap().clone();
    assert_eq!(pending.transaction(), Some(transaction));
    let second = again.change(|wallet| {
        let account = wallet.account_mut(&did)?;
        account.prepare(&super::super::Change::Deactivate, Timestamp::new(1_000))
    });
    assert_eq!(code(second), "wallet.pending");
}

#[test]
fn a_change_that_fails_leaves_file_and_wallet_as_they_were() {
    let (folder, path, mut file) = fresh();
    let before = fs::read(&path).unwrap();
    let failed = file.change(|wallet| {
        request(wallet)?;
        Err::<(), _>(WalletError::Full)
    });
    assert_eq!(code(failed), "wallet.full");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(file.wallet().accounts().count(), 0);
    // A folder that is gone takes no new file.
    fs::rename(folder.path(), folder.path().with_extension("moved")).unwrap();
    assert_eq!(code(file.change(request)), "file.unwritable");
    assert_eq!(file.wallet().accounts().count(), 0);
    fs::rename(folder.path().with_extension("moved"), folder.path()).unwrap();
}

#[test]
fn a_second_user_is_refused_until_the_first_has_gone() {
    let (_folder, path, file) = fresh();
    assert_eq!(code(WalletFile::open(&path, &phrase("open sesame"))), "wallet.in_use");
    drop(file);
    assert_eq!(code(WalletFile::open(&path, &phrase("open sesame"))), "ok");
}

#[test]
fn a_wallet_is_its_owners_alone_and_never_overwritten() {
    let (_folder, path, file) = fresh();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    drop(file);
    let other = Wallet::in_memory(Seed::from_bytes([2; 32]));
    let refused = WalletFile::create(&path, &phrase("open barley"), SOFT, other);
    assert_eq!(code(refused), "file.exists");
    assert_eq!(code(WalletFile::open(&path, &phrase("open sesame"))), "ok");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(code(WalletFile::open(&path, &phrase("open sesame"))), "file.exposed");
}

#[test]
fn a_missing_wallet_leaves_no_lock_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet");
    assert_eq!(code(WalletFile::open(&path, &phrase("open sesame"))), "file.missing");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn no_two_versions_of_a_file_share_a_nonce() {
    let (_folder, path, mut file) = fresh();
    let nonce = || fs::read(&path).unwrap()[44..68].to_vec();
    let first = nonce();
    file.change(|_| Ok(())).unwrap();
    assert_ne!(nonce(), first);
}

#[test]
fn a_changed_passphrase_opens_and_the_old_one_does_not() {
    let (_folder, path, mut file) = fresh();
    let did = file.change(request).unwrap();
    file.change_passphrase(&phrase("open barley"), SOFT).unwrap();
    file.change(|_| Ok(())).unwrap();
    drop(file);
    assert_eq!(code(WalletFile::open(&path, &phrase("open sesame"))), "wallet.passphrase");
    let again = WalletFile::open(&path, &phrase("open barley")).unwrap();
    assert!(again.wallet().account(&did).is_ok());
}

#[test]
fn what_the_key_has_encrypted_is_decoded_strictly() {
    let plain = encode(&Wallet::in_memory(Seed::from_bytes([1; 32])));
    assert!(decode(&plain).is_ok());
    for length in 0..plain.len() {
        assert_eq!(decode(&plain[..length]).unwrap_err(), SealError::Damaged);
    }
    assert_eq!(decode(&[&plain[..], &[0]].concat()).unwrap_err(), SealError::Damaged);
}

#[test]
fn the_usual_hardness_opens_within_a_second_or_two() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wallet");
    let wallet = Wallet::in_memory(Seed::generate().unwrap());
    let words = wallet.seed().words();
    let hardness = Hardness::default();
    drop(WalletFile::create(&path, &phrase("open sesame"), hardness, wallet).unwrap());
    let again = WalletFile::open(&path, &phrase("open sesame")).unwrap();
    assert_eq!(*again.wallet().seed().words(), *words);
}
