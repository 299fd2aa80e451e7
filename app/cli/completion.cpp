// bitsmith completion bash|zsh|fish|man: what a shell needs to complete our commands and options,
// and the manual page, both from the declarations of the commands, so that they cannot fall behind.
#include "app/cli/completion.h"
#include "core/base/version.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

namespace bitsmith::cli {
namespace {

struct OptionText {
    std::string name; // "--text"
    std::string help;
    bool takesValue = false;
};

struct CommandText {
    std::string name, help;
    std::vector<OptionText> options;
    std::vector<OptionText> positionals;
    std::vector<CommandText>
        commands; // of the program, or of one with its own ("experiments list")
};

CommandText describe(const CLI::App& app) {
    CommandText out{.name = app.get_name(), .help = app.get_description()};
    for (const CLI::Option* option : app.get_options()) {
        const bool takesValue = option->get_items_expected_max() > 0;
        if (option->get_positional())
            out.positionals.push_back({option->get_name(true), option->get_description(), true});
        else if (!option->get_lnames().empty())
            out.options.push_back(
                {"--" + option->get_lnames().front(), option->get_description(), takesValue});
    }
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; }))
        out.commands.push_back(describe(*sub));
    return out;
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size())
        text.replace(at, what.size(), by);
    return text;
}

// Inside a shell's single quotes.
std::string quoted(const std::string& text) { return "'" + replaced(text, "'", "'\\''") + "'"; }
// fish knows \' inside them.
std::string fishQuoted(const std::string& text) {
    return "'" + replaced(replaced(text, "\\", "\\\\"), "'", "\\'") + "'";
}

std::string namesOf(const CommandText& command) {
    std::string out;
    for (const OptionText& option : command.options) out += option.name + " ";
    for (const CommandText& sub : command.commands) out += sub.name + " ";
    if (!out.empty()) out.pop_back();
    return out;
}

std::string bashText(const CommandText& program) {
    std::string known, cases;
    for (const CommandText& command : program.commands) {
        known += (known.empty() ? "" : "|") + command.name;
        cases += fmt::format("    {}) words='{}' ;;\n", command.name, namesOf(command));
    }
    std::string options;
    for (const OptionText& option : program.options) options += option.name + " ";
    return fmt::format(R"(# bash completion of bitsmith, as `bitsmith completion bash` writes it
_bitsmith() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} command= word words
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in {}) command=$word && break ;; esac
    done
    case $command in
    '') words='{}' ;;
{}    esac
    [ -z "$command" ] || words+=' {}'
    COMPREPLY=()
    # Files where no option and no command was begun.
    if [[ $current == -* || -z $command || $command == experiments ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    fi
}}
complete -o default -o bashdefault -F _bitsmith bitsmith
)",
                       known, namesOf(program), cases, options);
}

std::string zshOption(const OptionText& option) {
    std::string help = option.help;
    for (const char* special : {"[", "]", ":"})
        help = replaced(help, special, std::string("\\") + special);
    return quoted(option.name + "[" + help + "]" + (option.takesValue ? ":value:_files" : ""));
}

std::string zshText(const CommandText& program) {
    std::string commands, cases, globals;
    for (const OptionText& option : program.options) globals += " \\\n        " + zshOption(option);
    for (const CommandText& command : program.commands) {
        commands +=
            "        " + quoted(command.name + ":" + replaced(command.help, ":", "\\:")) + "\n";
        cases += fmt::format("        {}) _arguments", command.name);
        for (const OptionText& option : command.options)
            cases += " \\\n            " + zshOption(option);
        std::string words;
        for (const CommandText& sub : command.commands) words += sub.name + " ";
        cases += words.empty() ? std::string(" '*:file:_files' ;;\n")
                               : fmt::format(" '1:command:({})' '*:file:_files' ;;\n", words);
    }
    return fmt::format(R"(#compdef bitsmith
# zsh completion of bitsmith, as `bitsmith completion zsh` writes it
_bitsmith() {{
    local context state state_descr line
    typeset -A opt_args
    local -a commands=(
{}    )
    _arguments -C{} \
        '1: :->command' '*:: :->rest'
    case $state in
    command) _describe command commands ;;
    rest)
        case $words[1] in
{}        esac ;;
    esac
}}
_bitsmith "$@"
)",
                       commands, globals, cases);
}

std::string fishOption(const OptionText& option) {
    return fmt::format(" -l {}{} -d {}\n", option.name.substr(2), option.takesValue ? " -r" : "",
                       fishQuoted(option.help));
}

std::string fishText(const CommandText& program) {
    std::string out = "# fish completion of bitsmith, as `bitsmith completion fish` writes it\n";
    for (const OptionText& option : program.options)
        out += "complete -c bitsmith" + fishOption(option);
    for (const CommandText& command : program.commands) {
        out += fmt::format("complete -c bitsmith -f -n __fish_use_subcommand -a {} -d {}\n",
                           command.name, fishQuoted(command.help));
        const std::string seen = "'__fish_seen_subcommand_from " + command.name + "'";
        for (const OptionText& option : command.options)
            out += "complete -c bitsmith -n " + seen + fishOption(option);
        for (const CommandText& sub : command.commands)
            out += fmt::format("complete -c bitsmith -f -n {} -a {} -d {}\n", seen, sub.name,
                               fishQuoted(sub.help));
    }
    return out;
}

// roff takes a leading dot or quote for a command, and a minus for a hyphen.
std::string roff(std::string text) {
    text = replaced(replaced(std::move(text), "\\", "\\e"), "-", "\\-");
    text = replaced(std::move(text), "\n", "\n.br\n");
    return text.starts_with('.') || text.starts_with('\'') ? "\\&" + text : text;
}

std::string manOptions(const CommandText& command) {
    std::string out;
    for (const auto* list : {&command.positionals, &command.options})
        for (const OptionText& option : *list)
            out +=
                fmt::format(".TP\n\\fB{}\\fR{}\n{}\n", roff(option.name),
                            list == &command.options && option.takesValue ? " \\fIVALUE\\fR" : "",
                            roff(option.help));
    return out;
}

void addManCommand(const CommandText& command, const std::string& before, std::string& out) {
    const std::string name = before.empty() ? command.name : before + " " + command.name;
    out += fmt::format(".SS {}\n{}\n{}", roff(name), roff(command.help), manOptions(command));
    for (const CommandText& sub : command.commands) addManCommand(sub, name, out);
}

std::string manText(const CommandText& program) {
    std::string commands;
    for (const CommandText& command : program.commands) addManCommand(command, {}, commands);
    return fmt::format(R"(.TH BITSMITH 1 "" "Bitsmith {}" "User commands"
.SH NAME
bitsmith \- quantize neural networks and see what it cost
.SH SYNOPSIS
.B bitsmith
[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]
.SH DESCRIPTION
Opens a model, shows what its weights look like, gives each tensor bits and a recipe, quantizes it, and measures what
that costs in quality. \fIMODEL\fR is a Hugging Face folder, a .safetensors, .gguf or PyTorch file, a Bitsmith
container, or \fBdemo\fR for the small model that comes with the program.
.SH OPTIONS
{}.SH COMMANDS
{}.SH EXIT STATUS
0 done, 1 failed, 2 wrong usage, 3 a file is broken or missing, 4 memory or disk exhausted, 130 cancelled.
.SH FILES
.TP
\fI$XDG_DATA_HOME/bitsmith/experiments.db\fR
experiments and their measurements
.TP
\fI$XDG_CACHE_HOME/bitsmith/calibration\fR
calibration statistics
.SH ENVIRONMENT
.TP
\fBBITSMITH_DEMO\fR
folder of the demo model, where it is not beside the program
.SH SEE ALSO
.BR bitsmith\-studio (1)
)",
                       version(), manOptions(program), commands);
}

} // namespace

Action declareCompletion(CLI::App& app) {
    auto shell = std::make_shared<std::string>();
    app.add_option("SHELL", *shell, "bash, zsh or fish; man: the manual page")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish", "man"}));
    return [shell, &app](Session& session) -> Status {
        const CommandText program = describe(*app.get_parent());
        session.print(*shell == "bash"   ? bashText(program)
                      : *shell == "zsh"  ? zshText(program)
                      : *shell == "fish" ? fishText(program)
                                         : manText(program));
        return {};
    };
}

} // namespace bitsmith::cli
