// YAML, by yaml-cpp's parser (YAML 1.2 syntax, which CloudFormation's 1.1 documents satisfy).
#include "sim/document/yaml_reader.hpp"

#include <fmt/format.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <istream>
#include <streambuf>

#include "sim/document/yaml_events.hpp"

namespace opsim {
namespace {

/// Lets a stream read a text where it lies.
class TextBuffer final : public std::streambuf {
 public:
  explicit TextBuffer(std::string_view text) {
    char* first = const_cast<char*>(text.data());  // streambuf asks for char*; it only reads
    setg(first, first, first + text.size());
  }
};

/// Tells only whether there is a document.
class AnotherDocument final : public YAML::EventHandler {
 public:
  struct Found {};
  void OnDocumentStart(const YAML::Mark&) override { throw Found{}; }
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark&, YAML::anchor_t) override {}
  void OnAlias(const YAML::Mark&, YAML::anchor_t) override {}
  void OnScalar(const YAML::Mark&, const std::string&, YAML::anchor_t,
                const std::string&) override {}
  void OnSequenceStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                       YAML::EmitterStyle::value) override {}
  void OnSequenceEnd() override {}
  void OnMapStart(const YAML::Mark&, const std::string&, YAML::anchor_t,
                  YAML::EmitterStyle::value) override {}
  void OnMapEnd() override {}
};

struct Wording {
  std::string_view theirs;  // how yaml-cpp's text begins
  std::string_view ours;
};
constexpr Wording kWordings[] = {
    {"bad indentation", "this line is indented neither like the one above nor like any before it"},
    {"end of map not found",
     "expected another key of this mapping; is the line indented like the others?"},
    {"end of map flow not found", "expected ',' or '}' in this flow mapping"},
    {"end of sequence not found",
     "expected another '- ' of this list; is the line indented like the others?"},
    {"end of sequence flow not found", "expected ',' or ']' in this flow list"},
    {"illegal map value", "a ':' that makes no key here; put a text that holds ': ' in quotes"},
    {"map keys must follow block sequence", "expected '- '"},
    {"illegal EOF in scalar", "the text ends within a quoted text; its closing quote is missing"},
    {"illegal EOF", "the text ends too early"},
    {"illegal document indicator in scalar",
     "--- or ... within a quoted text; is its closing quote missing?"},
    {"unknown escape character",
     "a '\\' escape that YAML does not know; within \"...\" write \\\\ for the character itself"},
    {"illegal flow end", "a closing bracket with no opening one"},
    {"illegal block entry", "a '- ' where no list item can stand"},
    {"illegal map key", "a key where none can stand"},
    {"alias not found after *",
     "expected a name after '*'; put a text that begins with '*' in quotes"},
    {"anchor not found after &",
     "expected a name after '&'; put a text that begins with '&' in quotes"},
    {"the referenced anchor is not defined",
     "this alias has no anchor before it; put a text that begins with '*' in quotes"},
    {"unexpected end of block", "this line is indented less than the value needs"},
    {"illegal tab", "a tab indents this line; YAML wants spaces"},
};

std::string_view line_at(std::string_view text, std::size_t offset) {
  const std::size_t before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const std::size_t start = before == std::string_view::npos ? 0 : before + 1;
  return text.substr(start, text.find('\n', start) - start);
}

std::string friendly(std::string_view theirs, std::string_view line, std::string_view rest) {
  const std::size_t first = line.find_first_not_of(" \t\r");
  const bool tab = line.substr(0, first).find('\t') != std::string_view::npos;
  if (tab) return "a tab indents this line; YAML wants spaces";
  if (!rest.empty() && (rest.front() == '@' || rest.front() == '`' || rest.front() == '%')) {
    return fmt::format("a plain text cannot begin with {}; put it in quotes", rest.front());
  }
  for (const auto& [begins, ours] : kWordings) {
    if (theirs.starts_with(begins)) return std::string(ours);
  }
  return std::string(theirs);
}

void refuse_control_characters(const SourceText& source, TreeBuilder& builder) {
  const std::string_view text = source.text();
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte >= 0x20 && byte != 0x7f) continue;
    if (byte == '\t' || byte == '\n' || byte == '\r') continue;
    builder.stop(source.at(i),
                 fmt::format("the control character U+{:04X}; is this a text file?", byte));
  }
}

}  // namespace

bool read_yaml_events(std::string_view file, const SourceText& source, TreeBuilder& builder,
                      Diagnostics& diagnostics) {
  refuse_control_characters(source, builder);
  TextBuffer buffer(source.text());
  std::istream stream(&buffer);
  try {
    YAML::Parser parser(stream);
    YamlEvents events(source, builder);
    if (!parser.HandleNextDocument(events)) return false;
    try {
      AnotherDocument another;
      parser.HandleNextDocument(another);
    } catch (const AnotherDocument::Found&) {
      diagnostics.note(file, {}, "holds several YAML documents; the first is read");
    }
  } catch (const YAML::Exception& error) {
    const int at = error.mark.pos;
    const std::size_t offset =
        at < 0 ? 0 : std::min(static_cast<std::size_t>(at), source.text().size());
    builder.stop(source.at(offset),
                 friendly(error.msg, line_at(source.text(), offset), source.text().substr(offset)));
  }
  return true;
}

}  // namespace opsim
