//! Tells cargo which folders the program takes in besides its sources: migrations, and the web page once built.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    // Named only where it is: cargo takes a missing path for a changed one, and would compile anew each time.
    if std::path::Path::new("web/dist").exists() {
        println!("cargo:rerun-if-changed=web/dist");
    }
}
