// Which reader, and the limits that hold for both.
#include "opsim/document/read.hpp"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <system_error>

#include "sim/document/json_reader.hpp"
#include "sim/document/source_text.hpp"
#include "sim/document/tree_builder.hpp"
#include "sim/document/yaml_reader.hpp"

namespace opsim {
namespace {

constexpr Position kWholeFile{0, 0};
// Offsets are 32 bits wide, and expanded short forms may add to a text.
constexpr std::size_t kMostBytes = std::numeric_limits<std::uint32_t>::max() / 4;

enum class Format : std::uint8_t { json, yaml };

std::string megabytes(std::uintmax_t bytes) {
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / (1U << 20U));
}

[[noreturn]] void refuse(std::string_view file, std::string message) {
  throw BadInput(Diagnostic{
      .file = std::string(file), .at = kWholeFile, .pointer = {}, .message = std::move(message)});
}

void refuse_size(std::string_view file, std::uintmax_t bytes, const ReadOptions& options) {
  const std::size_t most = std::min(options.max_bytes, kMostBytes);
  if (bytes <= most) return;
  refuse(file,
         fmt::format("is {}; the most that is read is {}", megabytes(bytes), megabytes(most)));
}

void refuse_other_encodings(const SourceText& source, TreeBuilder& builder) {
  const std::size_t bad = source.first_bad_utf8();
  if (bad == std::string_view::npos) return;
  const auto byte = static_cast<unsigned char>(source.text()[bad]);
  builder.stop(source.at(bad),
               fmt::format("the byte {:02X} is not UTF-8; save the file as UTF-8", byte));
}

void read_values(std::string_view file, Format format, const SourceText& source,
                 TreeBuilder& builder, Diagnostics& found) {
  refuse_other_encodings(source, builder);
  if (format == Format::json) {
    JsonReader(source, builder).read();
  } else if (!read_yaml_events(file, source, builder, found)) {
    found.add(file, kWholeFile, "is empty; expected a YAML or JSON document");
  }
}

Document read(std::string_view file, std::string_view text, const ReadOptions& options,
              Format format) {
  refuse_size(file, text.size(), options);
  Diagnostics found;
  TreeBuilder builder(file, text.size(), options, found);
  const SourceText source(text);
  try {
    read_values(file, format, source, builder, found);
  } catch (const Stopped&) {  // the reason is in `found`
  }
  found.throw_if_any();
  return {.root = Tree::root(builder.finish()), .notes = std::move(found)};
}

/// A text that begins with { or [ is JSON unless that is a YAML placeholder or the name says YAML
/// and only YAML can read it.
bool begins_as_json(std::string_view text) {
  text = SourceText(text).text();
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  return (text[first] == '{' && text.substr(first + 1, 1) != "{") || text[first] == '[';
}

std::string bytes_of(const std::filesystem::path& path, const std::string& file,
                     const ReadOptions& options) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (!std::filesystem::exists(status)) refuse(file, "there is no such file");
  if (std::filesystem::is_directory(status)) refuse(file, "is a folder; expected a file");
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  if (!error) refuse_size(file, size, options);

  std::ifstream stream(path, std::ios::binary);
  std::string text;
  constexpr std::size_t kPiece = 1U << 16U;
  while (stream) {  // by pieces: a pipe has no size, and a file may grow
    const std::size_t before = text.size();
    text.resize(before + kPiece);
    stream.read(text.data() + before, kPiece);
    text.resize(before + static_cast<std::size_t>(stream.gcount()));
    refuse_size(file, text.size(), options);
  }
  if (!stream.eof()) refuse(file, "cannot be read");
  return text;
}

}  // namespace

Document read_json(std::string_view file, std::string_view text, const ReadOptions& options) {
  return read(file, text, options, Format::json);
}

Document read_yaml(std::string_view file, std::string_view text, const ReadOptions& options) {
  return read(file, text, options, Format::yaml);
}

Document read_text(std::string_view file, std::string_view text, const ReadOptions& options) {
  if (!begins_as_json(text)) return read_yaml(file, text, options);
  const bool named_yaml = file.ends_with(".yaml") || file.ends_with(".yml");
  if (!named_yaml) return read_json(file, text, options);
  try {
    return read_json(file, text, options);
  } catch (const BadInput&) {
    return read_yaml(file, text, options);
  }
}

Document read_document(const std::filesystem::path& path, const ReadOptions& options) {
  const std::string file = path.string();
  return read_text(file, bytes_of(path, file, options), options);
}

}  // namespace opsim
