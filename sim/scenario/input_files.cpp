// Inputs of calls that name a file.
// AWS: AWS CLI User Guide, "Loading a parameter from a file": "file://complete/path/to/file".
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>

#include "sim/scenario/scenario_reader.hpp"

namespace opsim {

namespace {

constexpr std::string_view kFilePrefix = "file://";

void know_template(ScenarioReading& reading, const std::string& name, const std::string& path,
                   const std::string& text) {
  if (std::ranges::find(reading.scenario.template_files, name, &TemplateFile::name) !=
      reading.scenario.template_files.end())
    return;
  try {
    const Document document = read_text(path, text, {.duplicates = Duplicates::last_wins});
    if (!Template::recognises(document.root)) return;
    auto read = std::make_shared<const Template>(Template::read(document, reading.diagnostics));
    check(*read, reading.catalog, reading.diagnostics, reading.scenario.not_simulated);
    reading.scenario.template_files.push_back({name, text, std::move(read)});
  } catch (const BadInput&) {
    // Something else than a template: whoever takes the text will say what it thinks of it.
  }
}

void replace_files(ScenarioReading& reading, const Node& at, Json& value, bool& any) {
  if (value.is_structured())
    for (Json& item : value) replace_files(reading, at, item, any);
  if (!value.is_string()) return;
  const auto& written = value.get_ref<const std::string&>();
  if (!written.starts_with(kFilePrefix)) return;
  const std::string name = written.substr(kFilePrefix.size());
  const std::filesystem::path path = reading.folder / name;
  std::error_code ignored;
  std::ifstream file{path, std::ios::binary};
  if (!std::filesystem::is_regular_file(path, ignored) || !file) {
    reading.diagnostics.add(
        at.complaint(fmt::format("no file {} beside the scenario", opsim::quoted(name))));
    return;
  }
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  know_template(reading, name, path.string(), text);
  value = text;
  any = true;
}

}  // namespace

Node with_files(ScenarioReading& reading, const Node& input) {
  Json value = input.to_json();
  bool any = false;
  replace_files(reading, input, value, any);
  return any ? document_of(input.source(), value).root : input;
}

}  // namespace opsim
