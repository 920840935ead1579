import { NodeHelpers, type INodeParameters, type INodeProperties } from 'n8n-workflow';

import { Seedance } from '../../nodes/Seedance/Seedance.node';

const NODE = { typeVersion: 1 };

function descriptionOf(variant: string) {
	const { description } = new Seedance();
	description.name += variant;
	return description;
}

/**
 * What n8n makes of a node whose form nobody has filled in further.
 *
 * @param variant the end of the node's name: `Tool` for an AI agent's
 */
export function filledIn(given: INodeParameters, variant = ''): INodeParameters {
	const description = descriptionOf(variant);
	return NodeHelpers.getNodeParameters(description.properties, given, true, false, NODE, description) ?? {};
}

/**
 * What n8n shows of the form, from top to bottom.
 *
 * @param form the values, as n8n's editor has them once it has evaluated expressions
 */
export function shownFields(form: INodeParameters, variant = ''): INodeProperties[] {
	const description = descriptionOf(variant);
	return description.properties.filter((field) =>
		NodeHelpers.displayParameter(form, field, NODE, description),
	);
}

/** The labels that Options offers. */
export function offeredOptions(form: INodeParameters): string[] {
	const description = descriptionOf('');
	const field = description.properties.find(({ name }) => name === 'options');
	const options = (field?.options ?? []) as INodeProperties[];
	return options
		.filter((option) => NodeHelpers.displayParameter({}, option, NODE, description, form))
		.map(({ displayName }) => displayName);
}

/** The fields that n8n's check before a run calls not filled in; expressions are as they were written. */
export function missingFields(parameters: INodeParameters): string[] {
	const description = descriptionOf('');
	const node = { ...NODE, id: '1', name: 'Seedance', type: 'seedance', position: [0, 0] as [number, number] };
	const issues = NodeHelpers.getNodeParametersIssues(
		description.properties,
		{ ...node, parameters: filledIn(parameters) },
		description,
	);
	return Object.keys(issues?.parameters ?? {});
}
