#include "runner/app/reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "runner/report/csv.hpp"
#include "runner/report/html.hpp"
#include "runner/report/json.hpp"
#include "runner/report/json_file.hpp"

namespace soundcheck::app {

namespace fs = std::filesystem;

namespace {

/// A profile's name as part of a file name.
std::string file_part(const std::string& name) {
  std::string part = name;
  std::replace_if(
      part.begin(), part.end(), [](char c) { return c == '/' || c == ' '; }, '_');
  return part;
}

}  // namespace

std::string run_file(const fs::path& path, const std::string& name) {
  const std::string run = name.ends_with(".yaml") ? fs::path(name).stem() : fs::path(name).filename();
  const std::string file =
      fmt::format("{}_{}{}", path.stem().string(), file_part(run), path.extension().string());
  return (path.parent_path() / file).string();
}

std::string results_folder(const std::string& root, const std::string& name, const std::string& started_at) {
  std::string digits;
  for (const char c : started_at) {
    if (c >= '0' && c <= '9') digits += c;
    if (c == 'T') digits += '_';
  }
  return (fs::path(root) / fmt::format("{}_{}", file_part(name), digits)).string();
}

std::optional<std::string> check_reports(const Options& options) {
  const auto check = [](const char* option, const fs::path& path) -> std::optional<std::string> {
    const auto problem = report::check_writable(path);
    return problem ? std::optional(fmt::format("{}: {}", option, *problem)) : std::nullopt;
  };
  if (options.output) {
    if (auto problem = check("--output", *options.output)) return problem;
  }
  if (options.journal) {
    if (auto problem = check("--journal", *options.journal)) return problem;
  }
  if (options.html) {
    if (auto problem = check("--html", *options.html)) return problem;
  }
  if (options.csv) {
    if (auto problem = check("--csv", *options.csv + std::string(report::csv_suffixes.front())))
      return problem;
  }
  if (options.results_dir) {
    std::error_code error;
    fs::create_directories(*options.results_dir, error);
    if (error)
      return fmt::format("--results-dir: cannot make the folder {}: {}", *options.results_dir,
                         error.message());
    return check("--results-dir", fs::path(*options.results_dir) / "results.json");
  }
  return std::nullopt;
}

Reports reports_of(const Options& options, const std::string& name, const std::string& started_at,
                   bool one_of_several) {
  Reports reports;
  if (options.output && !one_of_several) reports.json.emplace_back(*options.output, "--output");
  if (options.html)
    reports.html.emplace_back(one_of_several ? run_file(*options.html, name) : *options.html, "--html");
  if (options.csv)
    reports.csv.emplace_back(one_of_several ? run_file(*options.csv, name) : *options.csv, "--csv");
  if (options.results_dir) {
    const fs::path folder = results_folder(*options.results_dir, name, started_at);
    std::error_code error;
    fs::create_directories(folder, error);  // if it fails, so does every file, and that is said
    reports.json.emplace_back((folder / "results.json").string(), "--results-dir");
    reports.html.emplace_back((folder / "report.html").string(), "--results-dir");
    reports.csv.emplace_back((folder / "results").string(), "--results-dir");
  }
  return reports;
}

void write_report(const std::pair<std::string, std::string>& path, const std::string& text,
                  Written& written) {
  const auto& [file, option] = path;
  if (const auto problem = report::write_file(file, text)) {
    written.problems += fmt::format("{}: {}\n", option, *problem);
  } else {
    written.files.push_back(file);
  }
}

Written write_reports(const Reports& reports, const report::RunResult& result) {
  Written written;
  for (const auto& path : reports.json) write_report(path, report::to_json(result), written);
  if (!written.files.empty()) {
    written.json = written.files.front();
    written.files.erase(written.files.begin());
  }
  for (const auto& path : reports.html) write_report(path, report::to_html(result), written);
  for (const auto& [prefix, option] : reports.csv) {
    Written of_prefix;
    for (const auto& [suffix, text] : report::to_csv(result))
      write_report({prefix + std::string(suffix), option}, text, of_prefix);
    written.problems += of_prefix.problems;
    if (of_prefix.problems.empty())
      written.files.push_back(of_prefix.files.front() + " and the three files beside it");
  }
  return written;
}

}  // namespace soundcheck::app
