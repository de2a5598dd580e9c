// write_profile_docs REPOSITORY: writes the JSON Schemas and the generated part of docs/profile_reference.md
// from the declarations. A test fails when they are out of date.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "runner/profile/load.hpp"
#include "runner/profile/reference.hpp"

namespace {

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

bool write(const std::filesystem::path& file, const std::string& text) {
  std::ofstream out(file);
  out << text;
  out.close();
  if (!out) std::fprintf(stderr, "cannot write %s\n", file.c_str());
  return !out.fail();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: write_profile_docs REPOSITORY\n", stderr);
    return 2;
  }
  const std::filesystem::path root = argv[1];
  const std::filesystem::path reference = root / "docs" / "profile_reference.md";
  std::error_code error;
  std::filesystem::create_directories(root / "profiles" / "schema", error);
  const bool ok =
      write(root / "profiles" / "schema" / "profile.schema.json",
            soundcheck::profile::profile_json_schema()) &&
      write(root / "profiles" / "schema" / "system.schema.json", soundcheck::profile::system_json_schema()) &&
      write(root / "profiles" / "schema" / "run_list.schema.json",
            soundcheck::profile::run_list_json_schema()) &&
      write(reference, soundcheck::profile::with_reference_tables(read(reference)));
  return ok ? 0 : 1;
}
