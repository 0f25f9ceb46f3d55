//! Compiles again when the web page was built anew: the page is embedded, and cargo does not look there by itself.

fn main() {
    println!("cargo:rerun-if-changed=web/dist");
    println!("cargo:rerun-if-changed=migrations");
}
