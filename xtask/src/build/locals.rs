//! What a function says of itself in words that mean nothing to a browser and something to brotli.
//!
//! Locals get their numbers by how often they are used, instead of by where they are met first, so that a few numbers
//! make up most of what is said. Loads and stores no longer tell how their address is aligned: a hint that browsers pass
//! over, and a byte between two that belong together.

use std::cmp::Reverse;
use std::convert::Infallible;

use anyhow::{Context, Result};
use wasm_encoder::Function;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasmparser::{FunctionBody, MemArg, Operator, Parser, Payload, ValType};

/// The same module in those words.
pub(super) fn by_use(module: &[u8]) -> Result<Vec<u8>> {
    let mut locals = Locals { parameters: parameters(module)?.into_iter(), numbers: Vec::new() };
    let mut written = wasm_encoder::Module::new();
    locals.parse_core_module(&mut written, Parser::new(0), module).context("cannot renumber")?;
    Ok(written.finish())
}

/// How many parameters each of the module's own functions has.
fn parameters(module: &[u8]) -> Result<Vec<usize>> {
    let (mut of_types, mut of_functions) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(types) => {
                for ty in types.into_iter_err_on_gc_types() {
                    of_types.push(ty?.params().len());
                }
            }
            Payload::FunctionSection(functions) => {
                for ty in functions {
                    of_functions.push(of_types[ty? as usize]);
                }
            }
            _ => {}
        }
    }
    Ok(of_functions)
}

struct Locals {
    /// Of the functions that are still to come: their numbers stay.
    parameters: std::vec::IntoIter<usize>,
    /// New number of each local of the function at hand.
    numbers: Vec<u32>,
}

impl Locals {
    fn number(&self, old: u32) -> u32 {
        self.numbers[old as usize]
    }
}

impl Reencode for Locals {
    type Error = Infallible;

    fn new_function_with_parsed_locals(
        &mut self,
        function: &FunctionBody<'_>,
    ) -> Result<Function, Error> {
        let given = self.parameters.next().unwrap_or_default();
        let mut types = vec![ValType::I32; given];
        for locals in function.get_locals_reader()? {
            let (count, ty) = locals?;
            types.extend((0..count).map(|_| ty));
        }
        let mut uses = vec![0; types.len()];
        let mut operators = function.get_operators_reader()?;
        while !operators.eof() {
            if let Some(local) = local(&mut operators.read()?) {
                uses[*local as usize] += 1;
            }
        }
        // Those of one type stand together, so that they are declared at once.
        let mut order: Vec<usize> = (given..types.len()).collect();
        order.sort_by_key(|it| (place(types[*it]), Reverse(uses[*it])));
        self.numbers = (0..).take(types.len()).collect();
        for (number, old) in (0..).skip(given).zip(&order) {
            self.numbers[*old] = number;
        }
        let types = order.into_iter().map(|it| self.val_type(types[it]));
        Ok(Function::new_with_locals_types(types.collect::<Result<Vec<_>, _>>()?))
    }

    fn instruction<'a>(
        &mut self,
        mut operator: Operator<'a>,
    ) -> Result<wasm_encoder::Instruction<'a>, Error> {
        if let Some(local) = local(&mut operator) {
            *local = self.number(*local);
        }
        utils::instruction(self, operator)
    }

    fn mem_arg(
        &mut self,
        MemArg { offset, memory, .. }: MemArg,
    ) -> Result<wasm_encoder::MemArg, Error> {
        Ok(wasm_encoder::MemArg { offset, align: 0, memory_index: memory })
    }
}

/// The number of the local that this gets or sets.
fn local<'a>(operator: &'a mut Operator<'_>) -> Option<&'a mut u32> {
    match operator {
        Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } => Some(local_index),
        _ => None,
    }
}

fn place(ty: ValType) -> u8 {
    match ty {
        ValType::I32 => 0,
        ValType::I64 => 1,
        ValType::F32 | ValType::F64 => 2,
        ValType::V128 | ValType::Ref(_) => 3,
    }
}

#[cfg(test)]
mod tests {
    use wasm_encoder::{
        CodeSection, FunctionSection, Instruction, MemArg, Module, TypeSection, ValType,
    };

    use super::*;

    /// A module of one function with a parameter and these locals.
    fn module(locals: &[ValType], body: &[Instruction<'_>]) -> Vec<u8> {
        let (mut types, mut functions, mut code) =
            (TypeSection::new(), FunctionSection::new(), CodeSection::new());
        types.ty().function([ValType::I32], []);
        functions.function(0);
        let mut function = Function::new_with_locals_types(locals.iter().copied());
        for instruction in body {
            function.instruction(instruction);
        }
        function.instruction(&Instruction::End);
        code.function(&function);
        let mut module = Module::new();
        module.section(&types).section(&functions).section(&code);
        module.finish()
    }

    #[test]
    fn of_each_type_the_local_used_most_comes_first_behind_the_parameters() {
        use Instruction::{Drop, LocalGet, LocalSet};
        let body = [LocalGet(1), Drop, LocalGet(0), LocalSet(3), LocalGet(3), LocalSet(2)];
        let renumbered = [LocalGet(3), Drop, LocalGet(0), LocalSet(1), LocalGet(1), LocalSet(2)];
        let before = module(&[ValType::I64, ValType::I32, ValType::I32], &body);
        let after = module(&[ValType::I32, ValType::I32, ValType::I64], &renumbered);
        assert_eq!(by_use(&before).unwrap(), after);
    }

    #[test]
    fn loads_and_stores_tell_nothing_of_alignment() {
        let load = |align| {
            let at = MemArg { offset: 8, align, memory_index: 0 };
            module(&[], &[Instruction::LocalGet(0), Instruction::I32Load(at), Instruction::Drop])
        };
        assert_eq!(by_use(&load(2)).unwrap(), load(0));
    }
}
